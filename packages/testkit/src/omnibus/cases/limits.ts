import { pluralOf, type Kind } from '@miko/model';
import { prove, type Case, type Subject } from '../case.ts';
import { createOnly, type Place } from '../place.ts';
import { holds, refused, same, went } from '../told.ts';

const AT_ONCE = 16;
/** As many are made to fill a kind of the fleet. */
export const MOST_FILLED = 1_000;

interface Limits {
  readonly items: readonly { readonly kind: string; readonly project: string | null; readonly used: number; readonly most: number; readonly body_bytes: number }[];
}

/** What a kind has room for: objects, bytes of a body. */
export function limits({ kind, kinds }: Subject): Case[] {
  const full: Case = { ...prove('limit-count', 'one more than there is room for is refused, however many come at once', world => world.place(kind).then(fill)), last: true };
  return [
    prove('limit-bytes', 'a body beyond its bound is refused before it is read', async world => {
      const place = await world.shared(kind);
      const good = JSON.stringify({ name: place.name(1), spec: place.spec(1) });
      await place.unchanged(() => place.send('POST', place.collection, good + ' '.repeat(kind.limits.bodyBytes + 1 - good.length)), 'too_large');
      await place.unchanged(() => place.send('PUT', place.path(place.name(0)), good + ' '.repeat(kind.limits.bodyBytes + 1 - good.length), { headers: { 'if-match': '*' } }), 'too_large');
      const brim = JSON.stringify({ spec: place.spec(0) });
      went(await place.send('PUT', place.path(place.name(0)), brim + ' '.repeat(kind.limits.bodyBytes - brim.length), { headers: { 'if-match': '*' } }), 200);
    }),
    prove('limits-shown', 'use and bound are shown', async world => {
      const place = await world.place(kind);
      const shown = async () => {
        const { items } = went(await place.send<Limits>('GET', `/v1/limits${place.project === null ? '' : `?project=${place.project}`}`), 200).body;
        return items.find(item => item.kind === kind.name && item.project === place.project)!;
      };
      const before = await shown();
      same([before.most, before.body_bytes], [kind.limits.perParent, kind.limits.bodyBytes], 'the bounds');
      await place.make(0);
      same((await shown()).used, before.used + 1, 'the use after one is made');
      refused(await place.post(0), 'already_exists');
      same((await shown()).used, before.used + 1, 'the use after a refusal');
      went(await place.remove(0), 204);
      same((await shown()).used, before.used, 'the use after it is gone');
    }),
    ...(kind.parent === null || quotaOf(kinds) === undefined ? [] : [prove('limit-count', 'a project may have a bound of its own', async world => {
      const place = await world.place(kind);
      const quotas = quotaPlace(place, kinds);
      const bound = quotas.kind.name === kind.name ? 1 : 2;
      went(await quotas.send('POST', quotas.collection, { name: pluralOf(kind), spec: { ...quotas.spec(0), most: bound } }), 201);
      const rest = [0, 1, 2, 3].filter(n => quotas.kind.name !== kind.name || place.name(n) !== pluralOf(kind));
      if (quotas.kind.name !== kind.name) for (const n of rest.splice(0, bound)) went(await place.post(n), 201);
      await place.unchanged(() => place.post(rest[0]!), 'quota_exceeded');
      await place.unchanged(() => place.put(rest[0]!, place.spec(rest[0]!), createOnly), 'quota_exceeded');
      went(await quotas.send('PUT', quotas.path(pluralOf(kind)), { spec: { ...quotas.spec(0), most: bound + 1 } }, { headers: { 'if-match': '*' } }), 200);
      went(await place.post(rest[0]!), 201);
      await place.unchanged(() => place.post(rest[1]!), 'quota_exceeded');
    })]),
    // A kind that takes few names never comes to its brim, and one of many thousands of the fleet takes too long to.
    ...(kind.names === undefined && (kind.parent !== null || kind.limits.perParent <= MOST_FILLED) ? [full] : []),
  ];

  /** Fills the place to its brim, through a bound of the project where the kind has one of many thousands. */
  async function fill(place: Place): Promise<void> {
    const { world } = place;
    const most = place.project === null ? kind.limits.perParent : AT_ONCE;
    if (place.project !== null) {
      const quotas = quotaPlace(place, kinds);
      went(await quotas.send('POST', quotas.collection, { name: pluralOf(kind), spec: { ...quotas.spec(0), most } }), 201);
    }
    const made: number[] = [];
    const told = { refused: 0 };
    let next = 0;
    const one = async (): Promise<void> => {
      while (told.refused === 0 && next <= most + AT_ONCE) {
        const n = next++;
        const answer = await place.post(n);
        if (answer.status === 201) made.push(n);
        else {
          refused(answer, 'quota_exceeded');
          told.refused++;
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    holds(told.refused > 0, `more than ${most} could be made`);
    const query = place.project === null ? '' : `?project=${place.project}`;
    const { items } = went(await world.send<Limits>({ method: 'GET', path: `/v1/limits${query}` }), 200).body;
    const shown = items.find(item => item.kind === kind.name && item.project === place.project)!;
    same([shown.used, shown.most], [most, most], 'the use of a full kind');
    await place.unchanged(() => place.post(next), 'quota_exceeded');
    await place.unchanged(() => place.put(next, place.spec(next), createOnly), 'quota_exceeded');
    went(await place.remove(made[0]!), 204);
    went(await place.post(next), 201);
    await place.unchanged(() => place.post(next + 1), 'quota_exceeded');
  }
}

/** The kind whose objects set bounds: its names are the kinds of a project. */
const quotaOf = (kinds: readonly Kind[]): Kind | undefined => kinds.find(kind => kind.names !== undefined && 'most' in kind.spec.properties);

const quotaPlace = (place: Place, kinds: readonly Kind[]): Place => {
  const kind = quotaOf(kinds)!;
  return kind.name === place.kind.name ? place : place.sibling(kind);
};
