/** The fleet as it is planned: which services there are, what they speak, and how many processes each starts with. */
export type Speech = 'http' | 'grpc' | 'tcp';

export interface ServicePlan {
  readonly service: string;
  readonly speech: Speech;
  readonly instances: number;
  /** Calls of the client in a second. */
  readonly callsPerSecond: number;
}

export const services: readonly ServicePlan[] = [
  { service: 'web', speech: 'http', instances: 3, callsPerSecond: 80 },
  { service: 'orders', speech: 'http', instances: 2, callsPerSecond: 60 },
  { service: 'billing', speech: 'http', instances: 2, callsPerSecond: 40 },
  { service: 'quotes', speech: 'grpc', instances: 2, callsPerSecond: 40 },
  { service: 'cache', speech: 'tcp', instances: 2, callsPerSecond: 20 },
];

/** The one process that calls all others. */
export const CLIENT = 'client';
/** How long the client waits for its first lists; then it calls all the same. */
export const READY_LIMIT_MS = 5_000;
/** A call of the client ends after this, answered or not. */
export const CALL_LIMIT_MS = 2_000;
/** Calls that the client has under way; what is due beyond them is left out, and counted. */
export const MOST_UNDERWAY = 300;
/** Miko itself, among the names that can be acted on. */
export const MIKO = 'miko';

/** Of one service, those that were added included; their numbers end here. */
export const MOST_INSTANCES = 20;

export const PROJECT = 'default';

/** How Miko finds out whether a process of the demo answers: out of the list about a second after it stopped answering. */
export const probe = { intervalMs: 500, timeoutMs: 400, rise: 1, fall: 2 } as const;

export const planOf = (service: string): ServicePlan | undefined => services.find(plan => plan.service === service);

export const instanceName = (service: string, number: number): string => `${service}-${number}`;

/** `web-4` as its service and number, 1 to 99; null for anything that is no instance of a planned service. */
export function parseInstance(name: string): { readonly plan: ServicePlan; readonly number: number } | null {
  const match = /^([a-z]+)-([1-9][0-9]?)$/.exec(name);
  const plan = match === null ? undefined : planOf(match[1] ?? '');
  return plan === undefined ? null : { plan, number: Number(match?.[2]) };
}

export const zoneOf = (number: number): string => (number % 2 === 1 ? 'zone-a' : 'zone-b');
