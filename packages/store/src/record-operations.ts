import type { EndpointDocument, EndpointKey, EndpointRecord, GoneCause, Health, SessionRecord } from '@miko/model';
import { canonical, probeOf, PULSE_INTERVAL_MS } from '@miko/model';
import { jsonArray, textArray } from './binary-array.ts';
import type { Change } from './change.ts';
import type { Attribution } from './objects/decision.ts';

/**
 * The writes of records: for each, the statement that carries a whole group of them, and what its rows mean.
 * A group holds each key at most once, so no row is touched twice by one statement.
 */
interface Outcome<Name extends string, Revision> {
  readonly outcome: Name;
  readonly revision: Revision;
}

/** The call a write came with, beside who made it. */
type Caller = Pick<Attribution, 'credential' | 'requestId' | 'remote' | 'userAgent'>;

export interface RegisterWrite extends EndpointKey {
  readonly newId: string;
  readonly session: string | null;
  readonly owner: string;
  readonly document: EndpointDocument;
  /** Absent: with the credential of its session. */
  readonly by?: Caller & Pick<Attribution, 'actor'>;
}
/** `revision`: of the write, or of the endpoint as it stands when nothing changed; null where nothing stands. */
export type RegisterOutcome =
  | Outcome<'created', number> | Outcome<'changed', number> | Outcome<'same', number>
  /** There is no such service, or not any more. */
  | Outcome<'not_found', number | null>
  | Outcome<'session_not_found', number | null> | Outcome<'fenced', number | null> | Outcome<'owned_by_other', number | null>;
export interface DeregisterWrite extends EndpointKey {
  readonly session: string | null;
  readonly actor: string;
  readonly by?: Caller;
}
export type DeregisterOutcome = Outcome<'gone', number> | Outcome<'not_found', null> | Outcome<'fenced', null>;
export interface HealthWrite extends EndpointKey {
  readonly id: string;
  readonly health: Health;
  /** What was looked at, as `probeOf` tells; where the endpoint is to be found elsewhere by now, nothing is written. */
  readonly probe?: string;
}
/** `revision`: of the change, or of the endpoint as it stands when its health was the same. */
export type HealthOutcome = Outcome<'changed', number> | Outcome<'same', number> | Outcome<'not_found', null>;
export interface OpenWrite {
  readonly id: string;
  readonly project: string;
  readonly owner: string;
  readonly name: string;
  readonly ttlSeconds: number;
  readonly credential: string;
  /** Of the call that opens it; what happens in its course is attributed by that. */
  readonly by?: Omit<Caller, 'credential'>;
}
export interface EndWrite {
  readonly session: string;
  readonly cause: GoneCause;
  /** Milliseconds since the epoch; null: ended by will, whatever the clock says. */
  readonly grace: number | null;
  /** Absent: Miko judged it overdue. */
  readonly by?: Caller & Pick<Attribution, 'actor'>;
}
export interface EndOutcome {
  /** `alive`: not overdue (any more), or ended before, or never was. `fenced`: it cannot depart, its endpoints are its successor's to take. */
  readonly outcome: 'ended' | 'alive' | 'fenced';
  /** The revision of the session's end; null when this did not end it. */
  readonly revision: number | null;
  readonly endpoints: number;
}
export interface HoldWrite {
  readonly session: string;
  readonly hold: boolean;
}

/**
 * For a connection that calls the functions. They keep their plans for its life, made while the tables may be empty: they
 * must be the ones that also serve full tables. Left to itself, PostgreSQL plans a group anew each time: that takes longer
 * than running it.
 */
const settings = ['plan_cache_mode = force_generic_plan', ...['seqscan', 'hashjoin', 'mergejoin'].map(way => `enable_${way} = off`)];
export const useIndexes = settings.map(setting => `set ${setting}`).join('; ');
/** The same, as a connection is told when it begins. */
export const useIndexesOption = settings.map(setting => `-c ${setting.replaceAll(' ', '')}`).join(' ');

/** One kind of write: how a group becomes a statement, and how its rows become outcomes and changes. */
export interface Operation<Write, Outcome> {
  readonly name: string;
  readonly text: string;
  /** What two writes of one group may not share. */
  keyOf(write: Write): string;
  /** Writes of one group agree on it: it is a parameter of the whole statement. */
  groupOf(write: Write): string;
  /** Where a group is to be smaller than it might be. */
  readonly mostInGroup?: number;
  values(writes: readonly Write[]): unknown[];
  read(rows: readonly unknown[], writes: readonly Write[], changes: Change[]): Outcome[];
}

const endpointKey = (key: EndpointKey): string => `${key.project}/${key.service}/${key.instance}`;
const column = <W>(writes: readonly W[], of: (write: W) => string | null): Buffer => textArray(writes.map(of));
/** Nothing at all where no write of the group names its call, which is the usual case of registrations. */
const callColumns = (writes: readonly { readonly by?: Caller }[]): (Buffer | null)[] =>
  (['credential', 'requestId', 'remote', 'userAgent'] as const).map(name => (writes.some(w => w.by) ? column(writes, w => w.by?.[name] ?? null) : null));
const callsBySession = (writes: readonly EndWrite[]): string | null =>
  (writes.some(w => w.by) ? JSON.stringify(Object.fromEntries(writes.flatMap(({ session, by }) => (by ? [[session, by]] : [])))) : null);
const pick = ({ project, service, instance }: EndpointKey): EndpointKey => ({ project, service, instance });

const ttlOf = ({ check }: EndpointDocument): string | null => (check?.type === 'ttl' ? String(check.ttl_ms) : null);
const firstHealth = (document: EndpointDocument): Health => (document.check === null ? 'passing' : 'starting');

export const register: Operation<RegisterWrite, RegisterOutcome> = {
  name: 'miko_register',
  text: 'select n, outcome, revision, id, health from miko_register($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::json[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])',
  keyOf: endpointKey,
  groupOf: () => '',
  values: w => [
    column(w, x => x.project), column(w, x => x.service), column(w, x => x.instance), column(w, x => x.newId),
    column(w, x => x.session), column(w, x => x.owner), column(w, x => probeOf(x.document)),
    jsonArray(w.map(x => JSON.stringify(canonical(x.document)))), column(w, x => firstHealth(x.document)), column(w, x => ttlOf(x.document)),
    w.some(x => x.by) ? column(w, x => x.by?.actor ?? null) : null, ...callColumns(w),
  ],
  read(rows, writes, changes) {
    const outcomes: RegisterOutcome[] = [];
    for (const row of rows as readonly (readonly [number, RegisterOutcome['outcome'], number, string, Health])[]) {
      const [n, outcome, revision, id, health] = row;
      const write = writes[n - 1]!;
      outcomes[n - 1] = { outcome, revision };
      if (outcome !== 'created' && outcome !== 'changed') continue;
      const record: EndpointRecord = {
        ...pick(write), id, session: write.session, owner: write.owner, document: canonical(write.document),
        health, held: false, revision, gone: null, goneAt: null,
      };
      changes.push({ revision, type: 'endpoint', record });
    }
    return outcomes;
  },
};

export const deregister: Operation<DeregisterWrite, DeregisterOutcome> = {
  name: 'miko_deregister',
  text: 'select n, outcome, revision, gone_at from miko_deregister($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])',
  keyOf: endpointKey,
  groupOf: () => '',
  values: w => [
    column(w, x => x.project), column(w, x => x.service), column(w, x => x.instance), column(w, x => x.session), column(w, x => x.actor),
    ...callColumns(w),
  ],
  read(rows, writes, changes) {
    const outcomes: DeregisterOutcome[] = [];
    for (const [n, outcome, revision, goneAt] of rows as readonly (readonly [number, DeregisterOutcome['outcome'], number, Date])[]) {
      outcomes[n - 1] = { outcome, revision } as DeregisterOutcome;
      if (outcome !== 'gone') continue;
      changes.push({ revision, type: 'endpoint_patch', key: pick(writes[n - 1]!), patch: { gone: 'deregistered', goneAt: goneAt.getTime() } });
    }
    return outcomes;
  },
};

export const setHealth: Operation<HealthWrite, HealthOutcome> = {
  name: 'miko_set_health',
  text: 'select n, outcome, revision from miko_set_health($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])',
  keyOf: endpointKey,
  groupOf: () => '',
  values: w => [
    column(w, x => x.project), column(w, x => x.service), column(w, x => x.instance), column(w, x => x.id), column(w, x => x.health),
    column(w, x => x.probe ?? null),
  ],
  read(rows, writes, changes) {
    const outcomes: HealthOutcome[] = [];
    for (const [n, outcome, revision] of rows as readonly (readonly [number, HealthOutcome['outcome'], number])[]) {
      const write = writes[n - 1]!;
      outcomes[n - 1] = { outcome, revision } as HealthOutcome;
      if (outcome === 'changed') changes.push({ revision, type: 'endpoint_patch', key: pick(write), patch: { health: write.health } });
    }
    return outcomes;
  },
};

/** Null: there is no such project, or not any more. */
export const openSession: Operation<OpenWrite, SessionRecord | null> = {
  name: 'miko_open_sessions',
  text: `select n, revision, opened_at, expires_at from miko_open_sessions($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[], ${PULSE_INTERVAL_MS})`,
  keyOf: write => `${write.project}/${write.owner}`,
  groupOf: () => '',
  values: w => [
    column(w, x => x.id), column(w, x => x.project), column(w, x => x.owner), column(w, x => x.name), w.map(x => x.ttlSeconds), column(w, x => x.credential),
    column(w, x => x.by?.requestId ?? null), column(w, x => x.by?.remote ?? null), column(w, x => x.by?.userAgent ?? null),
  ],
  read(rows, writes, changes) {
    const outcomes: (SessionRecord | null)[] = writes.map(() => null);
    for (const [n, revision, openedAt, expiresAt] of rows as readonly (readonly [number, number, Date, Date])[]) {
      const { id, project, owner, name, ttlSeconds, credential } = writes[n - 1]!;
      const record: SessionRecord = {
        id, project, owner, name, generation: revision, ttlSeconds, state: 'live', credential,
        openedAt: openedAt.getTime(), expiresAt: expiresAt.getTime(), applied: 0, watching: [],
      };
      outcomes[n - 1] = record;
      changes.push({ revision, type: 'session', record });
    }
    return outcomes;
  },
};

export const endSession: Operation<EndWrite, EndOutcome> = {
  name: 'miko_end_sessions',
  text: 'select session, revision, project, service, instance, gone_at from miko_end_sessions($1::text[], $2, $3, $4)',
  keyOf: write => write.session,
  groupOf: write => `${write.cause} ${write.grace ?? ''}`,
  values: w => [column(w, x => x.session), w[0]!.cause, w[0]!.grace === null ? null : new Date(w[0]!.grace), callsBySession(w)],
  read(rows, writes, changes) {
    const ended = new Map<string, { outcome: EndOutcome['outcome']; revision: number | null; endpoints: number }>(
      writes.map(w => [w.session, { outcome: 'alive', revision: null, endpoints: 0 }]),
    );
    for (const row of rows as readonly (readonly [string, number | null, string, string | null, string | null, Date])[]) {
      const [session, revision, project, service, instance, goneAt] = row;
      const outcome = ended.get(session)!;
      if (revision === null) {
        outcome.outcome = 'fenced';
      } else if (service === null || instance === null) {
        outcome.outcome = 'ended';
        outcome.revision = revision;
        changes.push({ revision, type: 'session_ended', id: session });
      } else {
        outcome.endpoints += 1;
        changes.push({ revision, type: 'endpoint_patch', key: { project, service, instance }, patch: { gone: writes[0]!.cause, goneAt: goneAt.getTime() } });
      }
    }
    return writes.map(w => ended.get(w.session)!);
  },
};

export const holdSession: Operation<HoldWrite, null> = {
  name: 'miko_hold_sessions',
  text: `select revision, project, service, instance from miko_hold_sessions($1::text[], $2, ${PULSE_INTERVAL_MS})`,
  keyOf: write => write.session,
  groupOf: write => String(write.hold),
  values: w => [column(w, x => x.session), w[0]!.hold],
  read(rows, writes, changes) {
    const held = writes[0]!.hold;
    for (const [revision, project, service, instance] of rows as readonly (readonly [number, string, string, string])[]) {
      changes.push({ revision, type: 'endpoint_patch', key: { project, service, instance }, patch: { held } });
    }
    return writes.map(() => null);
  },
};
