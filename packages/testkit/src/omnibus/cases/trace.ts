import { prove, type Case, type Subject } from '../case.ts';
import { createOnly, type Place, type Shown } from '../place.ts';
import { holds, refused, same, went, type Told } from '../told.ts';
import { variationsOf } from '../variation.ts';

interface AuditRow {
  readonly revision: number;
  readonly actor: string;
  readonly credential: string;
  readonly remote: string;
  readonly user_agent: string;
  readonly request_id: string;
  readonly kind: string;
  readonly operation: string;
  readonly project: string | null;
  readonly name: string;
  readonly subject: string;
  readonly before_revision: number | null;
  readonly changed: readonly string[] | null;
}

interface Refusal {
  readonly code: string;
  readonly actor: string | null;
  readonly path: string;
  readonly method: string;
}

const AGENT = { 'user-agent': 'omnibus/1' };

/** What each change leaves behind, and that nothing else does. */
export function trace({ kind }: Subject): Case[] {
  return [
    prove('revision', 'each change takes the next number', async world => {
      const place = await world.place(kind);
      const revisions = (await changes(place)).map(({ told }) => Number(told.headers['miko-revision']));
      same(revisions, revisions.map((_, i) => revisions[0]! + i), 'the revisions of consecutive changes');
    }),
    prove('audit', 'each change is one row that tells who, from where and what', async world => {
      const place = await world.place(kind);
      const made = await changes(place);
      const first = Number(made[0]!.told.headers['miko-revision']);
      const rows = (await auditOf(place, first - 1)).filter(row => row.kind === kind.name && made.some(({ told }) => Number(told.headers['miko-revision']) === row.revision));
      same(rows.map(({ revision }) => revision), made.map(({ told }) => Number(told.headers['miko-revision'])), 'a row for each change');
      const { body: creator } = went(await world.send<{ items: { id: string; name: string }[] }>({ method: 'GET', path: '/v1/tokens?limit=1000' }), 200);
      for (const [i, row] of rows.entries()) {
        const { told, operation, fields } = made[i]!;
        same([row.operation, row.name, row.project, row.request_id], [operation, place.name(0), place.project, told.headers['miko-request-id']], 'what was done, to what, in which call');
        holds(creator.items.some(({ id }) => id === row.actor) && row.credential === row.actor, `who did it: ${row.actor}`);
        holds(row.remote.includes('127.0.0.1') && row.user_agent === AGENT['user-agent'], `from where: ${row.remote} ${row.user_agent}`);
        same(row.before_revision, i === 0 || made[i - 1]!.operation === 'delete' ? null : rows[i - 1]!.revision, 'the revision before');
        if (fields !== null) same(row.changed, fields.map(field => `/spec/${field}`), 'what changed');
      }
    }),
    prove('audit-refusals', 'a caller that was turned away is recorded', async world => {
      const place = await world.place(kind);
      const path = place.path(`away-${place.project ?? 'fleet'}`);
      const token = await world.token({ role: 'reader', project: null });
      const wanted = [['denied', 'DELETE'], ['unauthenticated', 'PUT']] as const;
      // What is recorded beside the answers may be lost by a kill within a second: then it is tried again.
      await world.eventually(async () => {
        refused(await place.send('DELETE', path, undefined, { token }), 'denied');
        refused(await world.send({ method: 'PUT', path, token: null }), 'unauthenticated');
        const { body } = went(await world.send<{ items: Refusal[] }>({ method: 'GET', path: '/v1/audit/refusals?limit=100' }), 200);
        return wanted.every(([code, method]) => body.items.some(row => row.code === code && row.method === method && row.path === path && (row.actor === null) === (code === 'unauthenticated')));
      }, 'the refusals to be recorded');
    }),
    ...(kind.issuesSecret ? [prove('audit-refusals', 'that a secret was shown is recorded', async world => {
      const place = await world.place(kind);
      const ids = new Set<string>();
      await world.eventually(async () => {
        if (ids.size < 20) ids.add(went(await place.post(ids.size), 201).headers['miko-request-id']!);
        const { body } = went(await world.send<{ items: { request_id: string }[] }>({ method: 'GET', path: '/v1/audit/refusals?code=secret_shown&limit=100' }), 200);
        return body.items.some(row => ids.has(row.request_id));
      }, 'the showing of a secret to be recorded');
    })] : []),
    prove('event', 'each change is one event', async world => {
      const place = await world.place(kind);
      const stream = await place.watch();
      try {
        await stream.until(frames => frames.find(({ event }) => event === 'snapshot'), 'snapshot');
        const made = await changes(place);
        const last = Number(made.at(-1)!.told.headers['miko-revision']);
        await stream.until(frames => frames.find(({ event, data }) => event === 'delta' && data.revision === last), 'last event');
        const told = stream.frames.filter(({ event }) => event === 'delta').map(({ data }) => data as unknown as Delta)
          .filter(({ items }) => [...items.set, ...items.gone].some(object => place.owns(object)));
        same(told.map(({ revision }) => revision), made.map(({ told }) => Number(told.headers['miko-revision'])), 'the revisions that were told');
        for (const [i, { items }] of told.entries()) {
          const { told: answer, operation } = made[i]!;
          if (operation === 'delete') same([items.set, items.gone.map(({ name }) => name)], [[], [place.name(0)]], 'what is gone');
          else same([items.set, items.gone], [[withoutSecret(answer.body)], []], 'what is set');
        }
      } finally {
        stream.close();
      }
    }),
    prove('read-only', 'reads and refusals leave nothing behind', async world => {
      const place = await world.place(kind);
      const { headers: { etag } } = await place.make(0);
      const stream = await place.watch();
      try {
        await stream.until(frames => frames.find(({ event }) => event === 'snapshot'), 'snapshot');
        const since = Number(went(await place.put(0, place.other(0)), 200).headers['miko-revision']);
        const moved = await world.mark();
        for (let turn = 0; turn < 3; turn++) {
          went(await place.get(0), 200);
          went(await place.list('limit=1'), 200);
          await place.send('HEAD', place.path(place.name(0)));
          await place.send('OPTIONS', place.path(place.name(0)));
          refused(await place.post(0), 'already_exists');
          refused(await place.put(0, place.spec(0), { 'if-match': etag! }), 'precondition_failed');
          refused(await place.put(0, place.spec(0), {}), 'precondition_required');
          refused(await place.put(0, place.spec(0), createOnly), 'precondition_failed');
          refused(await place.send('POST', place.collection, '{'), 'malformed_json');
          refused(await place.get('absent'), 'not_found');
        }
        same(await world.mark(), moved, 'the counter');
        same((await auditOf(place, since)).map(({ revision }) => revision), [], 'audit rows');
        // Events come in order: once the next change is told, whatever came before it has been.
        const next = Number(went(await place.put(0, place.spec(0)), 200).headers['miko-revision']);
        same(next, since + 1, 'the next revision');
        await stream.until(frames => frames.find(({ event, data }) => event === 'delta' && data.revision === next), 'next event');
        const revisions = stream.frames.filter(({ event }) => event === 'delta').map(({ data }) => data.revision!);
        same(revisions.slice(revisions.indexOf(since)), [since, next], 'the events');
      } finally {
        stream.close();
      }
    }),
  ];

  /** Every way to change an object once, in a row; `fields`: those of the spec that it changed. */
  async function changes(place: Place): Promise<Change[]> {
    const one = place.path(place.name(0));
    const [{ field, value }] = variationsOf(kind, place.spec(0)) as [{ field: string; value: unknown }];
    const any = { 'if-match': '*', ...AGENT };
    const send = async (operation: Change['operation'], status: number, fields: readonly string[] | null, ...call: Parameters<Place['send']>): Promise<Change> =>
      ({ operation, fields, told: went(await place.send(...call), status) });
    return [
      await send('create', 201, null, 'POST', place.collection, { name: place.name(0), spec: place.spec(0) }, { headers: AGENT }),
      await send('update', 200, [field], 'PUT', one, { spec: place.other(0) }, { headers: any }),
      await send('update', 200, [field], 'PATCH', one, { spec: { [field]: null, ...place.spec(0) } }, { headers: { ...any, 'content-type': 'application/merge-patch+json' } }),
      await send('update', 200, [field], 'PATCH', one, [{ op: 'replace', path: `/spec/${field}`, value }], { headers: { ...any, 'content-type': 'application/json-patch+json' } }),
      await send('delete', 204, null, 'DELETE', one, undefined, { headers: any }),
      await send('create', 201, null, 'PUT', one, { spec: place.spec(0) }, { headers: { ...createOnly, ...AGENT } }),
      await send('delete', 204, null, 'DELETE', one, undefined, { headers: any }),
    ];
  }
}

interface Change {
  readonly operation: 'create' | 'update' | 'delete';
  readonly fields: readonly string[] | null;
  readonly told: Told<Shown>;
}

interface Delta {
  readonly revision: number;
  readonly items: { readonly set: readonly Shown[]; readonly gone: readonly { readonly id: string; readonly name: string }[] };
}

function withoutSecret(shown: Shown): Omit<Shown, 'secret'> {
  const { secret: _, ...object } = shown;
  return object;
}

/** Rows after a revision, the oldest first. */
async function auditOf({ world }: Place, since: number): Promise<AuditRow[]> {
  const { body } = went(await world.send<{ items: AuditRow[] }>({ method: 'GET', path: `/v1/audit?since_revision=${since}&limit=100` }), 200);
  return body.items.toSorted((a, b) => a.revision - b.revision);
}
