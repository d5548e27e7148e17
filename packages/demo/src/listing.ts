import { setTimeout as sleep } from 'node:timers/promises';
import type { EndpointList, ListedEndpoint } from './durable-endpoints.ts';
import type { Member } from './member.ts';
import { ApiError, type MikoApi } from './miko-api.ts';
import { PROJECT } from './plan.ts';

const LOOK_MS = 50;

/** How the directory shows a running member: what `seen` last was, null when it was not there on its present port. */
export async function untilListed(api: MikoApi, member: Member, limitMs: number): Promise<ListedEndpoint | null> {
  const [seen] = await untilAllListed(api, [member], limitMs);
  return seen ?? null;
}

/** The same for many, in their order. Ends early when all are passing, else after `limitMs`. Throws ApiError. */
export async function untilAllListed(api: MikoApi, members: readonly Member[], limitMs: number): Promise<(ListedEndpoint | null)[]> {
  for (const end = performance.now() + limitMs; ; await sleep(LOOK_MS)) {
    const seen = await look(api, members);
    const isOver = performance.now() > end;
    if (isOver || seen.every(endpoint => endpoint !== null && (endpoint.health === 'passing' || endpoint.health === 'warning'))) return seen;
  }
}

async function look(api: MikoApi, members: readonly Member[]): Promise<(ListedEndpoint | null)[]> {
  const names = [...new Set(members.map(member => member.service ?? ''))].join(',');
  const { services } = await api.call<EndpointList>('GET', `/v1/projects/${PROJECT}/endpoints?service=${names}&health=any`);
  return members.map(({ name, service, port }) => services[service ?? '']?.endpoints.find(endpoint => endpoint.instance === name && endpoint.port === port) ?? null);
}

export const isAway = (error: unknown): boolean => error instanceof ApiError && (error.status === null || error.status === 503);
