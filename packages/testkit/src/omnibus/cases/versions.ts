import { apiDates, newestApiDate, oldestApiDate, specDown, specSchemaAt } from '@miko/model';
import { prove, type Case, type Subject } from '../case.ts';
import { holds, refused, same, went } from '../told.ts';

/** An object has one stored form and one form for each API date. */
export function versions({ kind }: Subject): Case[] {
  const known = apiDates.filter(date => date >= kind.since);
  const unknown = apiDates.filter(date => date < kind.since);
  const at = (date: string) => ({ 'miko-version': date });
  return [
    prove('version-known', 'the date is echoed, and one that is not known is refused', async world => {
      const place = await world.shared(kind);
      for (const date of known) same((await place.get(0, { headers: at(date) })).headers['miko-version'], date, 'the echoed date');
      for (const wrong of ['2019-01-01', '2999-01-01', 'newest', '2026-12-1']) refused(await place.get(0, { headers: at(wrong) }), 'unknown_version', ['Miko-Version']);
    }),
    prove('version-pinned', 'the date of the call that made a credential is the one it speaks', async world => {
      const place = await world.shared(kind);
      for (const date of apiDates) {
        const token = await world.newToken({ role: 'admin', project: null }, at(date));
        const told = await place.get(0, { token });
        same(told.headers['miko-version'], date, 'the echoed date');
        if (date < kind.since) refused(told, 'not_found');
        else same(told.body.spec, specDown(kind, date, place.spec(0)), 'the spec');
        same((await place.get(0, { token, headers: at(newestApiDate) })).headers['miko-version'], newestApiDate, 'the date it asks for');
      }
    }),
    ...known.map(date => prove('version-forms', `is written and read at ${date}`, async world => {
      const place = await world.place(kind);
      const headers = at(date);
      const down = (n: number, turn = 0) => specDown(kind, date, turn === 0 ? place.spec(n) : place.other(n, turn));
      const made = went(await place.send('POST', place.collection, { name: place.name(0), spec: down(0) }, { headers }), 201);
      same([made.body.spec, Object.keys(made.body.spec).toSorted()], [down(0), specSchemaAt(kind, date).required.toSorted()], 'the spec as it was made');
      for (const other of known) same((await place.get(0, { headers: at(other) })).body.spec, specDown(kind, other, place.spec(0)), `the spec at ${other}`);
      const read = await place.get(0, { headers });
      const mark = await world.mark();
      const asRead = { ...headers, 'if-match': read.headers['etag']! };
      same(went(await place.send('PUT', place.path(place.name(0)), { spec: read.body.spec }, { headers: asRead }), 200).text, read.text, 'what was read and put back');
      same(await world.mark(), mark, 'the counter');
      const changed = went(await place.send('PUT', place.path(place.name(0)), { spec: down(0, 1) }, { headers: asRead }), 200);
      same(changed.body.spec, down(0, 1), 'the spec after a change');
      same((await place.get(0)).body.spec, place.other(0), 'the spec at the newest date');
      const patch = { ...headers, 'if-match': '*', 'content-type': 'application/merge-patch+json' };
      same(went(await place.send('PATCH', place.path(place.name(0)), { spec: down(0) }, { headers: patch }), 200).body.spec, down(0), 'the spec after a patch');
      const page = went(await place.send<{ items: { name: string; spec: unknown }[] }>('GET', `${place.collection}?limit=${kind.limits.page}`, undefined, { headers }), 200);
      same(page.body.items.find(({ name }) => name === place.name(0))!.spec, down(0), 'the spec in the list');
      const stream = await place.watch('', { headers });
      const snapshot = await stream.until(frames => frames.find(({ event }) => event === 'snapshot'), 'snapshot');
      stream.close();
      same((snapshot.data.items as { name: string; spec: unknown }[]).find(({ name }) => name === place.name(0))!.spec, down(0), 'the spec in the stream');
      for (const other of known.filter(other => other !== date)) {
        const { headers: { etag } } = await place.get(0, { headers: at(other) });
        holds(etag !== (await place.get(0, { headers })).headers['etag'], 'an ETag of each date');
        refused(await place.send('PUT', place.path(place.name(0)), { spec: down(0) }, { headers: { ...headers, 'if-match': etag! } }), 'precondition_failed');
      }
    })),
    ...unknown.map(date => prove('version-since', `is not there at ${date}`, async world => {
      const place = await world.shared(kind);
      refused(await place.get(0, { headers: at(date) }), 'not_found');
      refused(await place.send('GET', place.collection, undefined, { headers: at(date) }), 'not_found');
      refused(await place.send('POST', place.collection, { name: place.name(1), spec: place.spec(1) }, { headers: at(date) }), 'not_found');
    })),
    ...(kind.since > oldestApiDate ? [] : [prove('version-since', 'is there from the first date on', async world => {
      const place = await world.shared(kind);
      went(await place.get(0, { headers: at(oldestApiDate) }), 200);
    })]),
  ];
}
