import type { Fleet } from './fleet.ts';
import { isAway, untilListed } from './listing.ts';
import type { Member } from './member.ts';
import { ApiError, type MikoApi } from './miko-api.ts';
import type { MikoServer } from './miko-server.ts';
import { instanceName, MIKO, MOST_INSTANCES, parseInstance, planOf, PROJECT, services, type ServicePlan } from './plan.ts';
import { DemoError } from './settings.ts';

export const verbs = ['kill', 'stop', 'start', 'add', 'drain'] as const;
export type Verb = (typeof verbs)[number];

/** Why an act was not done: an HTTP status with a stable word for it, and words that say what would work. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: 400 | 404 | 409;

  get code(): string {
    return { 400: 'invalid_request', 404: 'not_found', 409: 'not_possible_now' }[this.status];
  }

  constructor(status: 400 | 404 | 409, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

export interface World {
  readonly fleet: Fleet;
  readonly server: MikoServer;
  readonly api: MikoApi;
}

const LISTED_LIMIT_MS = 10_000;
const DRAIN_SECONDS = 10;

/** What can be done to the fleet. One act at a time for each name; a second one is refused. */
export class Acts {
  readonly #world: World;
  readonly #busy = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Does it and answers what came of it, for people. Throws Refusal. */
  async act(verb: Verb, asked: string): Promise<string> {
    const name = shortName(this.#world.fleet, asked);
    if (this.#busy.has(name)) throw new Refusal(409, `${name} is being acted on at the moment: try again`);
    this.#busy.add(name);
    try {
      if (verb === 'add') return await add(this.#world, name);
      if (name === MIKO) return await onMiko[verb](this.#world);
      return await onMember[verb](this.#world, memberOf(this.#world.fleet, name));
    } catch (error) {
      if (isAway(error)) throw new Refusal(409, 'Miko is away at the moment: try again when it is back', error);
      if (error instanceof DemoError || error instanceof ApiError) throw new Refusal(409, error.message, error);
      throw error;
    } finally {
      this.#busy.delete(name);
    }
  }
}

type Action<T extends unknown[]> = { readonly [verb in Exclude<Verb, 'add'>]: (world: World, ...rest: T) => Promise<string> };

const onMember: Action<[Member]> = {
  async kill(_world, member) {
    const pid = runningPid(member);
    await member.kill();
    const what = member.service === null ? 'nobody calls any more' : 'calls go elsewhere, and its check takes it out of the list';
    return `${member.name} (pid ${pid}) is killed with -9; ${what}. Start it again: npx miko demo start ${member.name}`;
  },

  async stop({ fleet }, member) {
    const pid = runningPid(member);
    const began = performance.now();
    await fleet.stop(member);
    const took = seconds(performance.now() - began);
    const what = member.service === null ? 'finished its calls' : 'left the list, served who still came';
    return `${member.name} (pid ${pid}) ${what}, and ended after ${took}. Start it again: npx miko demo start ${member.name}`;
  },

  async start({ fleet, api }, member) {
    if (member.state === 'running') return `${member.name} runs already (pid ${member.pid})${await drainedHint(api, member)}`;
    await fleet.start(member);
    return arrived(api, member);
  },

  async drain({ api }, member) {
    if (member.service === null) throw new Refusal(400, `${member.name} offers nothing that could be drained`);
    const path = `/v1/projects/${PROJECT}/services/${member.service}/endpoints/${member.name}:drain?wait_seconds=${DRAIN_SECONDS}`;
    const answer = await api.call<DrainAnswer>('POST', path, { body: {}, timeoutMs: (DRAIN_SECONDS + 5) * 1_000 });
    return `${member.name} is drained: ${letGo(answer)}. It runs on; take the drain back: npx miko undrain ${member.service}/${member.name}`;
  },
};

const onMiko: Action<[]> = {
  async kill({ server }) {
    const { pid } = server;
    if (pid === null) throw new Refusal(409, 'Miko does not run at the moment');
    await server.kill();
    return `Miko (pid ${pid}) is killed with -9, and its PostgreSQL with it; both are started again in 5 s. Calls go on with the last list`;
  },

  async stop({ server }) {
    if (server.pid === null) throw new Refusal(409, 'Miko does not run at the moment');
    await server.stop();
    return 'Miko is stopped, and its PostgreSQL with it; calls go on with the last list. Start it again: npx miko demo start miko';
  },

  async start({ server }) {
    if (server.pid !== null) return `Miko runs already (pid ${server.pid})`;
    await server.start();
    return `Miko runs again (pid ${server.pid})`;
  },

  async drain() {
    throw new Refusal(400, 'Miko itself cannot be drained; a process of a service can, for example web-3');
  },
};

async function add({ fleet, api }: World, name: string): Promise<string> {
  const { plan, number } = newSlot(fleet, name);
  if (number > MOST_INSTANCES) throw new Refusal(409, `${plan.service} can have ${MOST_INSTANCES} processes here, up to ${instanceName(plan.service, MOST_INSTANCES)}`);
  return arrived(api, await fleet.add(plan, number));
}

/** `web` is its next free number, `web-7` that one. */
function newSlot(fleet: Fleet, name: string): { readonly plan: ServicePlan; readonly number: number } {
  const named = parseInstance(name);
  if (named !== null) {
    const there = fleet.members.get(name);
    if (there !== undefined) throw new Refusal(409, `${name} is there already (${there.state})${there.state === 'running' ? '' : `: npx miko demo start ${name}`}`);
    return named;
  }
  const plan = planOf(name);
  if (plan === undefined) throw new Refusal(404, `there is no service ${JSON.stringify(name)} to add a process to; there are ${services.map(({ service }) => service).join(', ')}`);
  const numbers = fleet.instancesOf(plan.service).map(member => parseInstance(member.name)?.number ?? 0);
  return { plan, number: Math.max(0, ...numbers) + 1 };
}

/** `web/web-1`, as everybody else names an endpoint, is `web-1` here. */
function shortName(fleet: Fleet, asked: string): string {
  const at = asked.indexOf('/');
  const short = asked.slice(at + 1);
  return at > 0 && fleet.members.get(short)?.service === asked.slice(0, at) ? short : asked;
}

function memberOf(fleet: Fleet, name: string): Member {
  const member = fleet.members.get(name);
  if (member !== undefined) return member;
  throw new Refusal(404, `there is no process ${JSON.stringify(name)}; there are ${[...fleet.members.keys(), MIKO].join(', ')}`);
}

function runningPid(member: Member): number {
  if (member.pid === null) throw new Refusal(409, `${member.name} does not run (${member.state}). Start it: npx miko demo start ${member.name}`);
  return member.pid;
}

/** A process that just came up: from when on it gets calls. */
async function arrived(api: MikoApi, member: Member): Promise<string> {
  const runs = `${member.name} runs (pid ${member.pid}${member.port === null ? '' : `, port ${member.port}`})`;
  if (member.service === null) return runs;
  const began = performance.now();
  try {
    const seen = await untilListed(api, member, LISTED_LIMIT_MS);
    const after = seconds(performance.now() - began);
    if (seen === null || (seen.health !== 'passing' && seen.health !== 'warning')) return `${runs}; after ${after} it is not in the list yet (${seen?.health ?? 'not registered'})`;
    if (seen.state !== 'active') return `${runs} and is registered, but ${seen.state}: no calls until npx miko undrain ${member.service}/${member.name}`;
    return `${runs} and is in the list after ${after}`;
  } catch (error) {
    if (isAway(error)) return `${runs}; Miko is away, so it will be in the list when Miko is back`;
    throw error;
  }
}

async function drainedHint(api: MikoApi, member: Member): Promise<string> {
  if (member.service === null) return '';
  try {
    const seen = await untilListed(api, member, 0);
    return seen?.state === 'draining' ? `; it is drained, take that back: npx miko undrain ${member.service}/${member.name}` : '';
  } catch (error) {
    if (isAway(error)) return '';
    throw error;
  }
}

interface DrainAnswer {
  readonly waited_ms: number;
  readonly released: boolean;
  readonly holding: readonly { readonly session: string; readonly name: string; readonly applied: number | null }[];
  readonly unsessioned_watchers: number;
}

function letGo({ waited_ms: waitedMs, released, holding, unsessioned_watchers: unsessioned }: DrainAnswer): string {
  const others = unsessioned === 0 ? '' : ` (${unsessioned} more watch without a session: they were told, and say nothing back)`;
  if (released) return `every watcher let go within ${waitedMs} ms${others}`;
  return `after ${seconds(waitedMs)} it is still held by ${holding.map(holder => holder.name).join(', ')}${others}`;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
