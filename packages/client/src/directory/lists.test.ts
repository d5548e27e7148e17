import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyList, knownList, wireEndpoint } from '../testing/fake-miko.ts';
import { readFrame } from '../wire.ts';
import type { WireEndpoint } from '../wire.ts';
import { createLists } from './lists.ts';
import type { Lists } from './lists.ts';

const UNKNOWN = { state: 'unknown', endpoints: [] };

function snapshot(lists: Lists, services: object, revision = 1): ReturnType<Lists['applySnapshot']> {
  const frame = readFrame('snapshot', JSON.stringify({ revision, services }));
  if (frame.type !== 'snapshot') throw new Error('no snapshot');
  return lists.applySnapshot(frame);
}

/** What a second question answers. */
function confirm(lists: Lists, services: object): ReturnType<Lists['applyConfirmation']> {
  const frame = readFrame('snapshot', JSON.stringify({ revision: 1, services }));
  if (frame.type !== 'snapshot') throw new Error('no list');
  return lists.applyConfirmation(frame.services);
}

function delta(lists: Lists, services: object, revision = 2): ReturnType<Lists['applyDelta']> {
  const frame = readFrame('delta', JSON.stringify({ revision, services }));
  if (frame.type !== 'delta') throw new Error('no delta');
  return lists.applyDelta(frame);
}

function change(set: readonly WireEndpoint[], gone: readonly WireEndpoint[] = [], state = 'known'): object {
  return { state, cause: null, revision: 2, set, gone: gone.map(({ instance, id }) => ({ instance, id, cause: 'departed' })) };
}

function instances(lists: Lists, service = 'web'): string[] {
  const answer = lists.answer(service);
  return answer?.state === 'known' ? answer.endpoints.map((endpoint) => endpoint.instance) : [];
}

test('the four answers stay apart', () => {
  const lists = createLists();
  snapshot(lists, { web: knownList(5, [wireEndpoint('web-1')]), mail: emptyList(3, 'expired'), nope: UNKNOWN });
  expect(lists.answer('web')).toMatchObject({ state: 'known', revision: 5, source: 'miko', endpoints: [{ instance: 'web-1', url: 'http://127.0.0.1:8080' }] });
  expect(lists.answer('mail')).toEqual({ state: 'empty', service: 'mail', revision: 3, cause: 'expired', unusable: [], source: 'miko' });
  expect(lists.answer('nope')).toEqual({ state: 'unknown', service: 'nope' });
  expect(lists.answer('other')).toBeNull();
});

test('"unknown" never replaces a good list, in a snapshot or a delta, and "empty" does', () => {
  const lists = createLists();
  snapshot(lists, { web: knownList(5, [wireEndpoint('web-1')]) });
  expect(snapshot(lists, { web: UNKNOWN }).changed).toEqual([]);
  expect(instances(lists)).toEqual(['web-1']);
  delta(lists, { web: { state: 'unknown', set: [], gone: [] } });
  expect(instances(lists)).toEqual(['web-1']);
  snapshot(lists, { web: emptyList(9, 'departed') });
  expect(lists.answer('web')).toMatchObject({ state: 'empty', cause: 'departed' });
  snapshot(lists, { web: UNKNOWN });
  expect(lists.answer('web')).toEqual({ state: 'unknown', service: 'web' });
});

test('an "unknown" that names each removal is believed', () => {
  const lists = createLists();
  snapshot(lists, { web: knownList(5, [wireEndpoint('web-1')]) });
  delta(lists, { web: change([], [wireEndpoint('web-1')], 'unknown') });
  expect(lists.answer('web')).toEqual({ state: 'unknown', service: 'web' });
});

test('draining, denied, critical and starting endpoints are shown apart; passing, warning and unknown are usable', () => {
  const lists = createLists();
  const all = [
    wireEndpoint('a'),
    wireEndpoint('b', { health: 'warning' }),
    wireEndpoint('c', { health: 'unknown', held: true }),
    wireEndpoint('d', { health: 'critical' }),
    wireEndpoint('e', { health: 'starting' }),
    wireEndpoint('f', { state: 'draining' }),
    wireEndpoint('g', { state: 'denied' }),
    wireEndpoint('h', { state: 'parked' }),
  ];
  snapshot(lists, { web: knownList(1, all) });
  const answer = lists.answer('web');
  expect(answer).toMatchObject({ state: 'known' });
  if (answer?.state !== 'known') return;
  expect(answer.endpoints.map((endpoint) => endpoint.instance)).toEqual(['a', 'b', 'c']);
  expect(answer.unusable.map((endpoint) => endpoint.instance)).toEqual(['d', 'e', 'f', 'g', 'h']);
});

test.each([
  [{ health: 'critical' }, 'critical'],
  [{ health: 'starting' }, 'starting'],
  [{ state: 'draining' }, 'draining'],
  [{ state: 'denied', health: 'critical' }, 'denied'],
])('a service whose endpoints are all out is empty, for the reason of the last of them: %j', (fields, cause) => {
  const lists = createLists();
  snapshot(lists, { web: knownList(9, [wireEndpoint('a', { health: 'critical', revision: 3 }), wireEndpoint('b', { ...fields, revision: 9 })]) });
  expect(lists.answer('web')).toMatchObject({ state: 'empty', cause, unusable: [{ instance: 'a' }, { instance: 'b' }] });
});

test.each(['expired', 'critical', 'never_registered', 'filtered', 'a word of a later Miko'])('a service that is suddenly empty (%s) keeps its list until that is confirmed', (cause) => {
  const lists = createLists();
  snapshot(lists, { web: knownList(5, [wireEndpoint('web-1')]) });
  expect(snapshot(lists, { web: emptyList(9, cause) })).toMatchObject({ changed: [], doubted: ['web'] });
  expect(snapshot(lists, { web: emptyList(9, cause) })).toMatchObject({ changed: [], doubted: [] });
  expect([instances(lists), lists.isDoubted('web')]).toEqual([['web-1'], true]);
  expect(confirm(lists, { web: emptyList(10, cause), mail: emptyList(10, cause) }).changed).toEqual(['web']);
  expect(lists.answer('web')).toMatchObject({ state: 'empty', cause, revision: 10 });
  expect([lists.isDoubted('web'), lists.answer('mail')]).toEqual([false, null]);
});

test.each(['departed', 'deregistered', 'draining', 'denied'])('an empty list that somebody meant (%s) is believed at once', (cause) => {
  const lists = createLists();
  snapshot(lists, { web: knownList(5, [wireEndpoint('web-1')]) });
  expect(snapshot(lists, { web: emptyList(9, cause) })).toMatchObject({ changed: ['web'], doubted: [] });
  expect(lists.answer('web')).toMatchObject({ state: 'empty', cause });
});

test('a list that had no usable endpoint is not worth holding, and one of the disk is', () => {
  const lists = createLists();
  lists.restore(new Map([['web', { state: 'known', cause: null, revision: 1, endpoints: [wireEndpoint('web-1')] }]]));
  snapshot(lists, { mail: knownList(5, [wireEndpoint('mail-1', { health: 'critical' })]) });
  expect(snapshot(lists, { web: emptyList(9, 'expired'), mail: emptyList(9, 'expired') })).toMatchObject({ changed: ['mail'], doubted: ['web'] });
  expect(lists.answer('web')).toMatchObject({ state: 'known', source: 'disk' });
  expect(lists.heard('web')).toBe(true);
});

test('the doubt ends with a list that has endpoints, with a confirmation that knows better, and with "unknown"', () => {
  for (const end of [
    (lists: Lists) => snapshot(lists, { web: knownList(11, [wireEndpoint('web-2')]) }),
    (lists: Lists) => confirm(lists, { web: knownList(11, [wireEndpoint('web-2')]) }),
    (lists: Lists) => confirm(lists, { web: UNKNOWN }),
  ]) {
    const lists = createLists();
    snapshot(lists, { web: knownList(5, [wireEndpoint('web-1')]) });
    snapshot(lists, { web: emptyList(9, 'expired') });
    end(lists);
    expect(lists.isDoubted('web')).toBe(false);
    expect(lists.answer('web')).toMatchObject({ state: 'known' });
  }
});

test('a delta goes over what Miko said, not over the list held in doubt: nobody would ever take that away', () => {
  const lists = createLists();
  snapshot(lists, { web: knownList(5, [wireEndpoint('web-1'), wireEndpoint('web-2')]) });
  snapshot(lists, { web: emptyList(9, 'expired') });
  expect(delta(lists, { web: change([wireEndpoint('web-2', { id: 'ep_new' })]) }, 10).changed).toEqual(['web']);
  expect([instances(lists), lists.isDoubted('web')]).toEqual([['web-2'], false]);
});

test('endpoints stand in the order of their names, however they came', () => {
  const lists = createLists();
  snapshot(lists, { web: knownList(5, [wireEndpoint('b'), wireEndpoint('B'), wireEndpoint('a-10')]) });
  delta(lists, { web: change([wireEndpoint('a-9'), wireEndpoint('a')]) });
  expect(instances(lists)).toEqual(['B', 'a', 'a-10', 'a-9', 'b']);
});

test('a new id under the same instance replaces the old one, and a late "gone" of the old one changes nothing', () => {
  const lists = createLists();
  const old = wireEndpoint('web-1', { id: 'ep_old' });
  const fresh = wireEndpoint('web-1', { id: 'ep_new', port: 9090 });
  snapshot(lists, { web: knownList(1, [old]) });
  delta(lists, { web: change([fresh]) });
  delta(lists, { web: change([], [old]) });
  expect(lists.answer('web')).toMatchObject({ endpoints: [{ id: 'ep_new', port: 9090 }] });
  delta(lists, { web: change([], [fresh], 'empty') });
  expect(lists.answer('web')).toMatchObject({ state: 'empty' });
});

test('a frame says which services have another answer, and whether something was let go', () => {
  const lists = createLists();
  const [a, b] = [wireEndpoint('a'), wireEndpoint('b', { revision: 2 })];
  expect(snapshot(lists, { web: knownList(1, [a]), mail: emptyList(1, 'departed') }).changed).toEqual(['web', 'mail']);
  expect(snapshot(lists, { web: knownList(1, [a]), mail: emptyList(1, 'expired') }).changed).toEqual(['mail']);
  expect(delta(lists, { web: change([b]) })).toEqual({ changed: ['web'], released: false, doubted: [] });
  expect(delta(lists, { web: change([{ ...b, state: 'draining' }]) })).toEqual({ changed: ['web'], released: true, doubted: [] });
  expect(delta(lists, { web: change([], [b]) })).toEqual({ changed: ['web'], released: true, doubted: [] });
});

test('what the disk remembered counts as not heard, and is replaced by the first word of Miko', () => {
  const before = createLists();
  snapshot(before, { web: knownList(1, [wireEndpoint('web-1')]), mail: emptyList(2, 'departed'), nope: UNKNOWN });
  const lists = createLists();
  lists.restore(before.save());
  expect([...before.save().keys()]).toEqual(['web', 'mail']);
  expect(lists.answer('web')).toMatchObject({ state: 'known', source: 'disk', endpoints: [{ instance: 'web-1' }] });
  expect(lists.heard('web')).toBe(false);
  expect(lists.save().size).toBe(0);
  expect(snapshot(lists, { web: knownList(1, [wireEndpoint('web-1')]) }).changed).toEqual(['web']);
  expect(lists.heard('web')).toBe(true);
});

test('any run of deltas ends where the same changes to a plain map end', () => {
  const step = fc.record({ instance: fc.constantFrom('a', 'b', 'c'), gone: fc.boolean(), id: fc.integer({ min: 1, max: 3 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const lists = createLists();
      const model = new Map<string, string>();
      snapshot(lists, { web: emptyList(0, 'never_registered') });
      for (const { instance, gone, id } of steps) {
        const wire = wireEndpoint(instance, { id: `ep_${id}` });
        if (!gone) model.set(instance, wire.id);
        else if (model.get(instance) === wire.id) model.delete(instance);
        delta(lists, { web: gone ? change([], [wire], model.size > 0 ? 'known' : 'empty') : change([wire]) });
      }
      expect(instances(lists).toSorted()).toEqual([...model.keys()].toSorted());
    }),
  );
});
