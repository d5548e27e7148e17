import { randomUUID } from 'node:crypto';
import { prove, type Case, type Subject } from '../case.ts';
import { holds, refused, same, went } from '../told.ts';

const RIVALS = 6;

/** Idempotency keys on creation, and dry runs of everything. */
export function idempotency({ kind }: Subject): Case[] {
  const key = () => ({ 'idempotency-key': randomUUID() });
  return [
    prove('idempotency-replay', 'the same call again gets the first answer and happens once', async world => {
      const place = await world.place(kind);
      const headers = key();
      const first = went(await place.post(0, { headers }), 201);
      const mark = await world.mark();
      const again = went(await place.post(0, { headers }), 201);
      const { secret: _, ...object } = first.body;
      same(again.body, object, 'the answer again, without any secret');
      same(['etag', 'location', 'miko-revision'].map(name => again.headers[name]), ['etag', 'location', 'miko-revision'].map(name => first.headers[name]), 'its header fields');
      same([await world.mark(), (await place.every()).length], [mark, 1], 'the counter and the list');
      went(await place.remove(0), 204);
      same(went(await place.post(0, { headers }), 201).body, object, 'the answer after the object is gone');
      refused(await place.get(0), 'not_found');
    }),
    prove('idempotency-replay', 'a refusal is remembered as little as it happened', async world => {
      const place = await world.place(kind);
      const headers = key();
      refused(await place.send('POST', place.collection, { name: place.name(0), spec: {} }, { headers }), 'invalid_request');
      const told = await place.post(0, { headers });
      holds(told.status === 201 || told.status === 422, `made, or told that the key was used: ${told.status}`);
      went(await place.post(0, { headers: key() }), told.status === 201 ? 409 : 201);
    }),
    prove('idempotency-mismatch', 'another body under the key is refused', async world => {
      const place = await world.place(kind);
      const headers = key();
      went(await place.post(0, { headers }), 201);
      await place.unchanged(() => place.send('POST', place.collection, { name: place.name(0), spec: place.other(0) }, { headers }), 'idempotency_mismatch');
      await place.unchanged(() => place.send('POST', `${place.collection}?dry_run=true`, { name: place.name(0), spec: place.spec(0) }, { headers }), 'idempotency_mismatch');
      for (const wrong of ['a b', 'x'.repeat(201), 'é']) await place.unchanged(() => place.post(1, { headers: { 'idempotency-key': wrong } }), 'invalid_request', ['Idempotency-Key']);
    }),
    prove('idempotency-flight', 'of several at once one happens; the others get its answer, or 409 while it runs', async world => {
      const place = await world.place(kind);
      const headers = key();
      const told = await Promise.all(Array.from({ length: RIVALS }, () => place.post(0, { headers })));
      const made = told.filter(({ status }) => status === 201);
      for (const other of told.filter(({ status }) => status !== 201)) refused(other, 'in_flight');
      same(new Set(made.map(({ body }) => body.id)).size, 1, 'how many were made');
      same((await place.every()).map(({ id }) => id), [made[0]!.body.id], 'the list');
    }),
    prove('idempotency-scope', 'another credential\'s key is another key', async world => {
      const place = await world.place(kind);
      const headers = key();
      went(await place.post(0, { headers }), 201);
      const other = await world.token({ role: 'admin', project: null });
      refused(await place.post(0, { headers, token: other }), 'already_exists');
      went(await place.remove(0), 204);
      went(await place.post(0, { headers, token: await world.newToken({ role: 'admin', project: null }) }), 201);
    }),
    prove('dry-run', 'of each write: all is judged, nothing stays', async world => {
      const place = await world.place(kind);
      const dry = (path: string) => `${path}?dry_run=true`;
      const one = place.path(place.name(0));
      const unmoved = async <T>(run: () => Promise<T>): Promise<T> => {
        const before = [await world.mark(), (await place.list()).text];
        const told = await run();
        same([await world.mark(), (await place.list()).text], before, 'the state after a dry run');
        return told;
      };
      const created = await unmoved(() => place.send('POST', dry(place.collection), { name: place.name(0), spec: place.spec(0) }));
      same(went(created, 201).body.spec, place.spec(0), 'the object it would be');
      went(await unmoved(() => place.send('PUT', dry(one), { spec: place.spec(0) }, { headers: { 'if-none-match': '*' } })), 201);
      await place.make(0);
      refused(await place.send('POST', dry(place.collection), { name: place.name(0), spec: place.spec(0) }), 'already_exists');
      const any = { 'if-match': '*' };
      same(went(await unmoved(() => place.send('PUT', dry(one), { spec: place.other(0) }, { headers: any })), 200).body.spec, place.other(0), 'the spec it would have');
      const patch = { ...any, 'content-type': 'application/merge-patch+json' };
      same(went(await unmoved(() => place.send('PATCH', dry(one), { spec: place.other(0) }, { headers: patch })), 200).body.spec, place.other(0), 'the spec it would have');
      went(await unmoved(() => place.send('DELETE', dry(one), undefined, { headers: any })), 204);
      for (const method of ['PUT', 'DELETE'] as const) refused(await place.send(method, dry(one), method === 'PUT' ? { spec: place.other(0) } : undefined), 'precondition_required');
      refused(await place.send('PUT', dry(one), { spec: {} }, { headers: any }), 'invalid_request');
      for (const wrong of ['yes', '1', '', 'TRUE']) refused(await place.send('DELETE', `${one}?dry_run=${wrong}`, undefined, { headers: any }), 'invalid_request', ['dry_run']);
      went(await place.get(0), 200);
    }),
    prove('deadline', 'a call past its deadline is 504 and left nothing', async world => {
      const place = await world.place(kind);
      const turns = place.room(20);
      for (let n = 0; n < turns; n++) {
        const told = await place.post(n, { headers: { 'miko-timeout-ms': '1' } });
        if (told.status !== 201) refused(told, 'deadline_exceeded');
        // What was judged in time may be written while the answer is not: only the other way is a fault.
        else went(await place.get(n), 200);
      }
      for (const wrong of ['0', '-1', 'x', '300001', '1.5']) await place.unchanged(() => place.post(0, { headers: { 'miko-timeout-ms': wrong } }), 'invalid_request', ['Miko-Timeout-Ms']);
    }),
  ];
}
