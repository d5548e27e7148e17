import { isRecord } from './json.ts';
import { MikoError } from './problem.ts';

/** The shapes of the HTTP contract that this package reads and writes; names as on the wire. */

export type WireEndpoint = {
  readonly id: string;
  readonly instance: string;
  /** Absent for callers that may see public addresses only. */
  readonly host?: string | null;
  readonly port?: number | null;
  readonly protocol: string;
  readonly public_url: string | null;
  readonly zone: string | null;
  readonly weight: number;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly state: string;
  readonly revision: number;
  readonly held?: boolean;
};

export type WireList = {
  readonly state: 'known' | 'empty' | 'unknown';
  readonly cause: string | null;
  readonly revision: number;
  readonly endpoints: readonly WireEndpoint[];
};

export type WireChange = {
  readonly state: 'known' | 'empty' | 'unknown';
  readonly cause: string | null;
  readonly revision: number;
  readonly set: readonly WireEndpoint[];
  readonly gone: readonly { readonly instance: string; readonly id: string }[];
};

export type Frame =
  | { readonly type: 'snapshot'; readonly revision: number; readonly services: ReadonlyMap<string, WireList> }
  | { readonly type: 'delta'; readonly revision: number; readonly services: ReadonlyMap<string, WireChange> }
  | { readonly type: 'bookmark'; readonly revision: number }
  | { readonly type: 'error'; readonly problem: Readonly<Record<string, unknown>> }
  /** An event of a later Miko that this version does not know, and may pass over. */
  | { readonly type: 'other' };

export type WireSession = { readonly id: string; readonly renew_every_seconds: number };

export type WireCheck =
  | ({ readonly type: 'http'; readonly path: string; readonly expect_status?: number } & WireProbe)
  | ({ readonly type: 'tcp' } & WireProbe)
  | ({ readonly type: 'grpc'; readonly service?: string } & WireProbe)
  | { readonly type: 'ttl'; readonly ttl_ms: number };

export type WireProbe = {
  readonly interval_ms: number;
  readonly timeout_ms: number;
  readonly rise: number;
  readonly fall: number;
};

export type WireRegistration = {
  readonly session: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
  readonly public_url: string | null;
  readonly zone: string | null;
  readonly weight: number;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly check: WireCheck | null;
};

/** Reads one event of the stream. Unknown fields and words pass; a wrong shape throws `bad_answer`. */
export function readFrame(event: string, data: string): Frame {
  if (event !== 'snapshot' && event !== 'delta' && event !== 'bookmark' && event !== 'error') return { type: 'other' };
  const body = object(parse(data), event);
  if (event === 'error') return { type: 'error', problem: body };
  const revision = integer(body.revision, `${event}.revision`);
  if (event === 'bookmark') return { type: 'bookmark', revision };
  if (event === 'snapshot') return { type: 'snapshot', revision, services: eachService(body.services, readList) };
  return { type: 'delta', revision, services: eachService(body.services, readChange) };
}

/** Reads one service of a snapshot or of the disk cache. Throws `bad_answer`. */
export function readList(value: unknown, at: string): WireList {
  const list = object(value, at);
  return { ...readState(list, at), endpoints: array(list.endpoints, `${at}.endpoints`).map((item) => readEndpoint(item, at)) };
}

export function readSession(value: unknown): WireSession {
  const session = object(value, 'session');
  return {
    id: string(session.id, 'session.id'),
    renew_every_seconds: integer(session.renew_every_seconds, 'session.renew_every_seconds'),
  };
}

function readChange(value: unknown, at: string): WireChange {
  const change = object(value, at);
  return {
    ...readState(change, at),
    set: array(change.set ?? [], `${at}.set`).map((item) => readEndpoint(item, at)),
    gone: array(change.gone ?? [], `${at}.gone`).map((item) => {
      const gone = object(item, `${at}.gone`);
      return { instance: string(gone.instance, `${at}.gone.instance`), id: string(gone.id, `${at}.gone.id`) };
    }),
  };
}

function readState(list: Readonly<Record<string, unknown>>, at: string): Pick<WireList, 'state' | 'cause' | 'revision'> {
  const { state } = list;
  if (state !== 'known' && state !== 'empty' && state !== 'unknown') throw bad(`${at}.state`, 'known, empty or unknown');
  return {
    state,
    cause: typeof list.cause === 'string' ? list.cause : null,
    revision: typeof list.revision === 'number' ? list.revision : 0,
  };
}

/** Takes the known fields only, so that nothing else reaches the user or the disk; lenient where a default is safe. */
export function readEndpoint(value: unknown, at: string): WireEndpoint {
  const it = object(value, at);
  return {
    id: string(it.id, `${at}.id`),
    instance: string(it.instance, `${at}.instance`),
    host: typeof it.host === 'string' ? it.host : null,
    port: typeof it.port === 'number' ? it.port : null,
    protocol: string(it.protocol, `${at}.protocol`),
    public_url: typeof it.public_url === 'string' ? it.public_url : null,
    zone: typeof it.zone === 'string' ? it.zone : null,
    weight: integer(it.weight, `${at}.weight`),
    tags: array(it.tags ?? [], `${at}.tags`).filter((tag) => typeof tag === 'string'),
    labels: readLabels(it.labels ?? {}, at),
    health: string(it.health, `${at}.health`),
    state: string(it.state, `${at}.state`),
    revision: integer(it.revision, `${at}.revision`),
    held: it.held === true,
  };
}

function readLabels(value: unknown, at: string): Record<string, string> {
  const entries = Object.entries(object(value, `${at}.labels`));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function eachService<T>(value: unknown, read: (value: unknown, at: string) => T): Map<string, T> {
  return new Map(Object.entries(object(value, 'services')).map(([name, item]) => [name, read(item, name)]));
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new MikoError('bad_answer', 'a frame of the stream is not JSON', { cause });
  }
}

function object(value: unknown, at: string): Record<string, unknown> {
  if (!isRecord(value)) throw bad(at, 'an object');
  return value;
}

function array(value: unknown, at: string): unknown[] {
  if (!Array.isArray(value)) throw bad(at, 'a list');
  return value;
}

function string(value: unknown, at: string): string {
  if (typeof value !== 'string') throw bad(at, 'a string');
  return value;
}

function integer(value: unknown, at: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw bad(at, 'a whole number');
  return value;
}

function bad(at: string, wanted: string): MikoError {
  return new MikoError('bad_answer', `Miko's answer: ${at} should be ${wanted}`);
}
