import { newId } from '@miko/model';
import { prove, type Case, type Subject } from '../case.ts';
import { createOnly } from '../place.ts';
import { holds, refused, same, went } from '../told.ts';

const WRONG_NAMES = ['', 'Upper', '1st', '-a', 'a-', 'a_b', 'a b', 'a.b', 'é', 'а', 'x'.repeat(64), 'a\n', '../a'];

/** The life of an object: made, read, replaced, deleted, made again; its names. */
export function life({ kind }: Subject): Case[] {
  return [
    prove('create', 'is made, and is read as it was made', async world => {
      const place = await world.place(kind);
      same((await place.every()).length, 0, 'objects before the first');
      const made = went(await place.post(0), 201);
      const { secret: _, ...object } = made.body;
      same([made.headers['location'], made.headers['miko-revision']], [place.path(place.name(0)), String(object.revision)], 'Location and Miko-Revision');
      const times = { created_at: object.updated_at, updated_at: object.updated_at };
      same(object, { id: object.id, kind: kind.name, name: place.name(0), project: place.project, revision: object.revision, ...times, spec: place.spec(0), status: object.status }, 'the object');
      holds(object.id.startsWith(`${kind.idPrefix}_`) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(object.created_at), 'an id with the prefix of the kind, a time in UTC');
      const read = went(await place.get(0), 200);
      same([read.body, read.headers['etag']], [object, made.headers['etag']], 'what is read');
      same((await place.every()).map(item => item.id), [object.id], 'the list');
    }),
    prove('read', 'is found by its name and by its id', async world => {
      const place = await world.place(kind);
      const byName = await place.make(0);
      const byId = went(await place.get(byName.body.id), 200);
      same([byId.text, byId.headers['etag']], [byName.text, byName.headers['etag']], 'the object by its id');
      went(await place.send('PUT', place.path(byName.body.id), { spec: place.other(0) }, { headers: { 'if-match': byName.headers['etag']! } }), 200);
      same((await place.get(0)).body.spec, place.other(0), 'the object after a write by its id');
      went(await place.send('DELETE', place.path(byName.body.id), undefined, { headers: { 'if-match': '*' } }), 204);
    }),
    prove('replace', 'takes a new spec, and keeps what else it is', async world => {
      const place = await world.place(kind);
      const before = await place.make(0);
      const told = went(await place.put(0, place.other(0), { 'if-match': before.headers['etag']! }), 200);
      const { revision, updated_at: at } = told.body;
      same(told.body, { ...before.body, spec: place.other(0), revision, updated_at: at }, 'the object');
      holds(revision > before.body.revision && at >= before.body.updated_at && told.headers['etag'] !== before.headers['etag'], 'a later revision, time and ETag');
      const { text, headers } = await place.get(0);
      same([text, headers['etag']], [told.text, told.headers['etag']], 'what is read');
    }),
    prove('no-change', 'what was read is put back: nothing is written', async world => {
      const place = await world.place(kind);
      const before = await place.make(0);
      const mark = await world.mark();
      const told = went(await place.put(0, before.body.spec, { 'if-match': before.headers['etag']! }), 200);
      same([told.text, told.headers['etag'], await world.mark()], [before.text, before.headers['etag'], mark], 'the object and the counter');
    }),
    prove('delete', 'goes, and what is made under its name is another', async world => {
      const place = await world.place(kind);
      const old = await place.make(0);
      const gone = went(await place.remove(0, { 'if-match': old.headers['etag']! }), 204);
      holds(gone.text === '' && Number(gone.headers['miko-revision']) > old.body.revision, 'no body, a revision of its own');
      for (const path of [0, old.body.id]) refused(await place.get(path), 'not_found');
      refused(await place.remove(0), 'not_found');
      same(await place.every(), [], 'the list');
      const anew = await place.make(0);
      holds(anew.body.id !== old.body.id && anew.headers['etag'] !== old.headers['etag'], 'another id and ETag');
      refused(await place.get(old.body.id), 'not_found');
      refused(await place.remove(0, { 'if-match': old.headers['etag']! }), 'precondition_failed');
    }),
    prove('name-taken', 'is not made twice under one name', async world => {
      const place = await world.place(kind);
      await place.make(0);
      await place.unchanged(() => place.post(0), 'already_exists');
      await place.unchanged(() => place.put(0, place.spec(1), createOnly), 'precondition_failed');
    }),
    prove('absent', 'what is not there is 404 to each method, with and without a precondition', async world => {
      const place = await world.place(kind);
      for (const path of [place.path(place.name(0)), place.path(newId(kind.idPrefix))]) {
        for (const headers of [{}, { 'if-match': '*' }, { 'if-match': '"stale"' }] as Record<string, string>[]) {
          for (const [method, body] of [['GET'], ['PUT', { spec: place.spec(0) }], ['PATCH', { spec: {} }], ['DELETE']] as const) {
            const patch = method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {};
            refused(await place.send(method, path, body, { headers: { ...headers, ...patch } }), 'not_found');
          }
        }
      }
    }),
    ...(kind.parent === null ? [] : [prove('absent', 'is 404 below a project that is not there', async world => {
      const place = await world.shared(kind);
      const path = place.collection.replace(place.project!, 'nowhere');
      refused(await place.send('GET', path), 'not_found');
      refused(await place.send('POST', path, { name: place.name(1), spec: place.spec(1) }), 'not_found');
    })]),
    ...WRONG_NAMES.map(name => prove('name-valid', `${JSON.stringify(name.slice(0, 20))} is no name`, async world => {
      const place = await world.shared(kind);
      await place.unchanged(() => place.send('POST', place.collection, { name, spec: place.spec(1) }), 'invalid_request', ['/name']);
      if (name === '' || name === '../a' || name === 'a\n') return;
      const path = place.path(encodeURIComponent(name));
      refused(await place.send('PUT', path, { spec: place.spec(1) }, { headers: createOnly }), 'invalid_request', ['name']);
      refused(await place.send('PUT', path, { spec: place.spec(1) }, { headers: { 'if-match': '*' } }), 'not_found');
      for (const method of ['GET', 'DELETE']) refused(await place.send(method, path), 'not_found');
    })),
    ...(kind.names === undefined ? [] : [prove('name-valid', 'takes no name but those of its kind', async world => {
      const place = await world.shared(kind);
      refused(await place.send('POST', place.collection, { name: 'another', spec: place.spec(1) }), 'invalid_request', ['/name']);
      refused(await place.send('PUT', place.path('another'), { spec: place.spec(1) }, { headers: createOnly }), 'invalid_request');
    })]),
    prove('status-own', 'its status is nobody else\'s to write', async world => {
      const place = await world.shared(kind);
      const { body } = await place.get(0);
      await place.unchanged(() => place.send('POST', place.collection, { name: place.name(1), spec: place.spec(1), status: {} }), 'invalid_request', [['/status', 'unknown_field']]);
      await place.unchanged(() => place.send('PUT', place.path(place.name(0)), { spec: place.spec(0), status: body.status }, { headers: { 'if-match': '*' } }), 'invalid_request', [['/status', 'unknown_field']]);
      await place.unchanged(() => place.merge(0, { status: { forged: true } }), 'invalid_request');
    }),
    prove('own-writes', 'each write is seen by the next read', async world => {
      const place = await world.place(kind);
      for (let turn = 1; turn <= 5; turn++) {
        went(await place.post(0), 201);
        same((await place.get(0)).body.spec, place.spec(0), 'the new object');
        went(await place.put(0, place.other(0, turn)), 200);
        same((await place.every()).map(({ spec }) => spec), [place.other(0, turn)], 'the list');
        went(await place.remove(0), 204);
        refused(await place.get(0), 'not_found');
      }
    }),
    prove('secret-once', kind.issuesSecret ? 'its secret is shown once' : 'it has no secret', async world => {
      const place = await world.place(kind);
      const { secret } = went(await place.post(0), 201).body;
      same(typeof secret, kind.issuesSecret ? 'string' : 'undefined', 'the secret');
      const told = [await place.get(0), await place.list(), await place.put(0, place.other(0)), await place.merge(0, { spec: {} })] as const;
      for (const { text } of told) holds(!text.includes('"secret"') && !text.includes(secret ?? '"secret"'), 'no secret in any other answer');
      if (!kind.issuesSecret) return;
      const dry = went(await place.send('POST', `${place.collection}?dry_run=true`, { name: place.name(1), spec: place.spec(1) }), 201);
      same(dry.body.secret, undefined, 'the secret of what was not made');
    }),
  ];
}
