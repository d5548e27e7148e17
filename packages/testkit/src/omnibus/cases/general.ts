import { randomUUID } from 'node:crypto';
import { apiDateLives, apiDates, newestApiDate } from '@miko/model';
import type { Operation } from '@miko/server';
import { prove, type Case } from '../case.ts';
import { pathOf } from '../path-of.ts';
import { holds, refused, same, went } from '../told.ts';

/** What is asked of Miko as a whole, once. */
export function general(operations: readonly Operation[]): Case[] {
  const path = '/v1/projects';
  const repeatable = operations.filter(one => one.kind === null && one.method === 'POST' && one.mediaTypes[0] === 'application/json' && one.example(newestApiDate) !== null);
  return [
    prove('address', 'one that is too long is 414', async world => {
      refused(await world.send({ method: 'GET', path: `${path}?fields=${'x'.repeat(8_192)}` }), 'uri_too_long');
    }),
    prove('headers', 'that are too large are 431', async world => {
      // They are read before the pipeline, so only a socket has a bound.
      if (world.door.url !== null) refused(await world.send({ method: 'GET', path, headers: { 'x-large': 'x'.repeat(20_000) } }), 'headers_too_large');
    }),
    prove('path', 'what is not there at all is 404', async world => {
      for (const nowhere of ['/v1', '/v1/nothing', '/v1/projects/default/nothing', '/v2/projects', '/v1//projects']) refused(await world.send({ method: 'GET', path: nowhere }), 'not_found');
    }),
    prove('path', 'an escape that is broken is refused', async world => {
      for (const wrong of ['/v1/projects/%zz', '/v1/projects/%00', '/v1/projects/%ff']) refused(await world.send({ method: 'GET', path: wrong }), 'invalid_request', ['path']);
    }),
    prove('access-unknown', 'a credential that was deleted is not known any more', async world => {
      const kind = world.kinds.find(({ issuesSecret }) => issuesSecret)!;
      const place = await world.place(kind);
      const { secret } = went(await place.post(0), 201).body;
      went(await world.send({ method: 'GET', path, token: secret! }), 200);
      went(await place.remove(0), 204);
      refused(await world.send({ method: 'GET', path, token: secret! }), 'unauthenticated');
    }),
    ...apiDates.map(date => prove('version-life', `an answer at ${date} tells whether that date ends`, async world => {
      const { headers } = went(await world.send({ method: 'GET', path, headers: { 'miko-version': date } }), 200);
      const life = apiDateLives.find(one => one.date === date);
      const seconds = (day: string) => Date.parse(`${day}T00:00:00Z`) / 1_000;
      same([headers['deprecation'], headers['sunset'] === undefined ? undefined : Date.parse(headers['sunset']) / 1_000], life === undefined ? [undefined, undefined] : [`@${seconds(life.deprecated)}`, seconds(life.sunset)], 'Deprecation and Sunset');
      holds(life === undefined || headers['link']?.includes('rel="deprecation"') === true, 'where to read about it');
    })),
    ...repeatable.map(operation => prove('idempotency-replay', `${operation.id}: happens once under a key`, async world => {
      const body = operation.example(newestApiDate);
      const headers = { 'idempotency-key': randomUUID() };
      const call = { method: operation.method, path: pathOf(operation), body, headers };
      const first = await world.send(call);
      if (first.status >= 300) return;
      const mark = await world.mark();
      const again = await world.send(call);
      same([again.status, again.text, await world.mark()], [first.status, first.text, mark], 'the answer again, and the counter');
      refused(await world.send({ ...call, body: `${JSON.stringify(body)} ` }), 'idempotency_mismatch');
    })),
  ];
}
