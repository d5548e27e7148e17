import { prove, type Case, type Subject } from '../case.ts';
import { createOnly } from '../place.ts';
import { holds, refused, same, went } from '../told.ts';

const RIVALS = 6;

/** Conditional requests: who read what may write it, and nobody overwrites what he has not seen. */
export function preconditions({ kind }: Subject): Case[] {
  return [
    prove('etag', '304 for whoever has it, by weak comparison', async world => {
      const place = await world.shared(kind);
      const { headers: { etag } } = await place.get(0);
      holds(/^"[^"]+"$/.test(etag!), 'a strong ETag');
      for (const match of [etag!, `W/${etag!}`, `"other", ${etag!}`, '*']) {
        const told = await place.get(0, { headers: { 'if-none-match': match } });
        same([told.status, told.text, told.headers['etag']], [304, '', etag], `If-None-Match: ${match}`);
      }
      same((await place.get(0, { headers: { 'if-none-match': '"other"' } })).status, 200, 'If-None-Match: "other"');
      refused(await place.get(0, { headers: { 'if-none-match': etag!.slice(1, -1) } }), 'invalid_request');
    }),
    prove('match-required', 'a write that names no ETag is 428', async world => {
      const place = await world.shared(kind);
      await place.unchanged(() => place.put(0, place.other(0), {}), 'precondition_required');
      await place.unchanged(() => place.merge(0, { spec: place.other(0) }, {}), 'precondition_required');
      await place.unchanged(() => place.apply(0, [{ op: 'replace', path: '/spec', value: place.other(0) }], {}), 'precondition_required');
      await place.unchanged(() => place.remove(0, {}), 'precondition_required');
    }),
    prove('match-stale', 'a write that names an older ETag is 412, and told the one there is', async world => {
      const place = await world.place(kind);
      const { headers: { etag: old } } = await place.make(0);
      const { headers: { etag } } = went(await place.put(0, place.other(0)), 200);
      for (const match of [old!, `"nobody's"`, `W/${etag!}`]) {
        for (const write of [
          () => place.put(0, place.other(0, 2), { 'if-match': match }), () => place.merge(0, { spec: place.other(0, 2) }, { 'if-match': match }),
          () => place.apply(0, [], { 'if-match': match }), () => place.remove(0, { 'if-match': match }),
        ]) {
          const told = await write();
          refused(told, 'precondition_failed');
          same(told.headers['etag'], etag, 'the ETag there is');
        }
      }
      for (const match of [etag!.slice(1, -1), '**']) await place.unchanged(() => place.put(0, place.other(0, 2), { 'if-match': match }), 'invalid_request');
      same((await place.get(0)).headers['etag'], etag, 'the ETag after refusals');
      went(await place.put(0, place.other(0, 2), { 'if-match': `"other", ${etag!}` }), 200);
    }),
    prove('match-any', '* overwrites whatever is there', async world => {
      const place = await world.place(kind);
      await place.make(0);
      went(await place.put(0, place.other(0)), 200);
      same(went(await place.merge(0, { spec: place.other(0, 2) }), 200).body.spec, place.other(0, 2), 'the spec');
      went(await place.remove(0), 204);
    }),
    prove('create-only', 'a PUT that may only create does not replace', async world => {
      const place = await world.place(kind);
      const made = went(await place.put(0, place.spec(0), createOnly), 201);
      same([made.headers['location'], made.body.name], [place.path(place.name(0)), place.name(0)], 'where it is, and its name');
      await place.unchanged(() => place.put(0, place.other(0), createOnly), 'precondition_failed');
      went(await place.remove(0), 204);
      await place.unchanged(() => place.put(0, place.spec(0)), 'not_found');
    }),
    prove('one-winner', 'of writers that read the same, one wins', async world => {
      const place = await world.place(kind);
      const statuses = async (write: (rival: number) => Promise<{ status: number }>) =>
        (await Promise.all(Array.from({ length: RIVALS }, (_, i) => write(i + 1)))).map(({ status }) => status).toSorted((a, b) => a - b);
      const others = (status: number) => Array.from({ length: RIVALS - 1 }, () => status);
      same(await statuses(() => place.post(0)), [201, ...others(409)], 'who makes it');
      const { headers: { etag } } = await place.get(0);
      same(await statuses(i => (i % 2 === 0 ? place.put(0, place.other(0), { 'if-match': etag! }) : place.merge(0, { spec: place.other(0) }, { 'if-match': etag! }))), [200, ...others(412)], 'who changes it');
      same(await statuses(() => place.remove(0)), [204, ...others(404)], 'who deletes it');
      same(await statuses(() => place.put(0, place.spec(0), createOnly)), [201, ...others(412)], 'who makes it again');
    }),
  ];
}
