import { endpointOverride, newestApiDate, oldestApiDate, project, service, type Actor, type Kind, type Stored } from '@miko/model';
import type { ObjectChange, ObjectChangesAsked } from '@miko/store';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeSink } from './fake-sink.test.support.ts';
import { ObjectHub } from './object-hub.ts';
import { stored } from './stored.test.support.ts';
import { View } from './view.ts';

interface Delta {
  readonly revision: number;
  readonly items: { readonly set: readonly Stored[]; readonly gone: readonly { readonly id: string; readonly name: string }[] };
}
interface Snapshot {
  readonly revision: number;
  readonly items: readonly Stored[];
  readonly more: boolean;
}
const HASH = 'a'.repeat(64);
const tokenObject = stored('reader', 1, 1, { id: 'tok_reader', kind: 'token', project: null, spec: { role: 'reader', project: null, audience: 'internal', description: '' }, status: { api_date: newestApiDate } });
const actor: Actor = { id: 'tok_reader', name: 'reader', credential: 'tok_reader', apiDate: newestApiDate, role: 'reader', project: null, audience: 'internal' };
const reading = { name: 'service.read', role: 'reader' } as const;

describe('streams of objects', () => {
  const hubs: ObjectHub[] = [];
  afterEach(() => {
    for (const hub of hubs.splice(0)) hub.close();
    vi.useRealTimers();
  });

  function world() {
    const view = new View();
    view.addRest({ revision: 1, horizon: 0, installation: '0123456789abcdef', objects: [{ object: tokenObject, deleted: false, secretHash: HASH }], sessions: [] });
    /** The rows as the database would hold them. */
    const rows: ObjectChange[] = [];
    const state = { now: 0, notReady: null as string | null, reads: 0, kept: true, fails: false, onRead: async () => {} };
    const errors: unknown[] = [];
    const cuts: number[] = [];
    const readChanges = async ({ kind, project: place, after, most }: ObjectChangesAsked) => {
      state.reads++;
      if (state.fails) throw new Error('no database');
      const all = rows.filter(row => row.object.kind === kind && row.revision > after).slice(0, most);
      const upTo = all.length < most ? Math.max(after, rows.at(-1)?.revision ?? after, view.revision) : all.at(-1)!.revision;
      await state.onRead();
      return state.kept ? { changes: all.filter(row => row.object.project === place), upTo } : null;
    };
    const hub = new ObjectHub(view, { readChanges, reached: () => true, notReady: () => state.notReady, cut: readers => cuts.push(readers), failed: error => errors.push(error) }, () => state.now);
    hubs.push(hub);
    const write = (object: Stored, deleted = false): void => {
      const change = { object, deleted, revision: object.revision };
      rows.push(change);
      view.apply([{ ...change, type: 'object', secretHash: null }]);
    };
    const watch = async (more: { cursor?: string; kind?: Kind; apiDate?: string; own?: string; sink?: FakeSink; project?: string | null } = {}) => {
      const sink = more.sink ?? new FakeSink();
      const kind = more.kind ?? service;
      const subscription = { kind, project: more.project ?? (kind.parent === null ? null : 'default'), apiDate: more.apiDate ?? newestApiDate, own: more.own ?? null };
      (await hub.open(subscription, more.cursor ?? null, actor, reading)).open(sink);
      return sink;
    };
    return { view, hub, rows, state, errors, cuts, write, watch };
  }
  const deltas = (sink: FakeSink): number[] => sink.named<Delta>('delta').map(({ revision }) => revision);
  const cursorOf = (sink: FakeSink): string => sink.frames.map(frame => /^id: (.*)$/m.exec(frame)?.[1]).findLast(id => id !== undefined)!;
  const settled = () => new Promise<void>(resolve => { setImmediate(resolve); });

  it('begin with a snapshot, then tell each change in one frame, in order', async () => {
    const { write, watch } = world();
    write(stored('a', 1, 2));
    const sink = await watch();
    expect(sink.named<Snapshot>('snapshot')).toMatchObject([{ revision: 2, items: [{ name: 'a', created_at: expect.any(String) as string }], more: false }]);
    write(stored('b', 2, 3));
    write(stored('b', 2, 4, { spec: { description: 'new', labels: {} } }));
    write(stored('a', 1, 5), true);
    write(stored('elsewhere', 3, 6, { project: 'bank' }));
    write(stored('b', 4, 7, { kind: 'zone', project: null }));
    expect(sink.named<Delta>('delta')).toMatchObject([
      { revision: 3, items: { set: [{ name: 'b' }], gone: [] } }, { revision: 4, items: { set: [{ name: 'b', spec: { description: 'new' } }], gone: [] } },
      { revision: 5, items: { set: [], gone: [{ id: stored('a', 1, 1).id, name: 'a' }] } },
    ]);
  });

  it('show each reader the form of its API date, and each caller bound to a project that one among projects', async () => {
    const { write, watch } = world();
    const [old, now] = [await watch({ kind: endpointOverride, apiDate: oldestApiDate }), await watch({ kind: endpointOverride })];
    write(stored('x', 1, 2, { kind: 'endpoint_override', spec: { service: 'web', instance: 'x', state: 'draining', weight: null, reason: '' } }));
    expect(old.named<Delta>('delta')[0]!.items.set[0]!.spec).toMatchObject({ draining: true, denied: false });
    expect(now.named<Delta>('delta')[0]!.items.set[0]!.spec).toMatchObject({ state: 'draining' });
    const [bound, free] = [await watch({ kind: project, own: 'bank' }), await watch({ kind: project })];
    for (const [i, name] of ['bank', 'shop'].entries()) write(stored(name, 5 + i, 5 + i, { kind: 'project', project: null }));
    expect([deltas(bound), deltas(free)]).toEqual([[5], [5, 6]]);
    expect((await watch({ kind: project, own: 'bank' })).named<Snapshot>('snapshot')[0]!.items.map(item => item.name)).toEqual(['bank']);
  });

  it('go on from a cursor with every change after it, once, from the rows and then from memory', async () => {
    const { write, watch, state } = world();
    const first = await watch();
    for (let revision = 2; revision <= 5; revision++) write(stored('a', 1, revision));
    const cursor = cursorOf(first);
    first.closed();
    for (let revision = 6; revision <= 1_700; revision++) write(stored(revision % 7 === 0 ? 'b' : 'a', revision % 7 === 0 ? 2 : 1, revision));
    // Written while the rows are read: the read has not seen it.
    state.onRead = async () => { write(stored('a', 1, 1_700 + state.reads)); };
    const second = await watch({ cursor });
    await vi.waitFor(() => expect(deltas(second).at(-1)).toBe(1_700 + state.reads));
    write(stored('c', 3, 2_000));
    expect(deltas(second)).toEqual([...Array.from({ length: 1_695 + state.reads }, (_, i) => 6 + i), 2_000]);
    expect(second.named('snapshot')).toEqual([]);
  });

  it('come from memory where the latest steps are still kept, and say so at once where nothing was missed', async () => {
    const { write, watch, state } = world();
    const stays = await watch();
    write(stored('a', 1, 2));
    const cursor = cursorOf(stays);
    for (let revision = 3; revision <= 10; revision++) write(stored('a', 1, revision));
    expect(deltas(await watch({ cursor }))).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    const none = await watch({ cursor: cursorOf(stays) });
    expect([none.frames.length, none.named<{ revision: number }>('bookmark')]).toEqual([1, [{ revision: 10 }]]);
    expect(state.reads).toBe(0);
  });

  it('begin with a snapshot where the cursor says nothing here, is too old, or the rows cannot be read', async () => {
    const { write, watch, state, view, rows } = world();
    const first = await watch();
    write(stored('a', 1, 2));
    const cursor = cursorOf(first);
    const foreign = [await watch({ cursor: 'rubbish' }), await watch({ cursor, apiDate: oldestApiDate }), await watch({ cursor, project: 'bank' }), await watch({ cursor: cursor.replace('01234567', '76543210') }), await watch({ cursor: cursor.replace('.2.', '.zz.') })];
    expect(foreign.map(sink => sink.named('snapshot').length)).toEqual([1, 1, 1, 1, 1]);
    for (const sink of [first, ...foreign]) sink.closed();
    write(stored('a', 1, 3));
    state.kept = false;
    const tooOld = await watch({ cursor });
    await vi.waitFor(() => expect(tooOld.named<Snapshot>('snapshot')).toMatchObject([{ revision: 3 }]));
    tooOld.closed();
    state.kept = true;
    state.fails = true;
    const unread = await watch({ cursor });
    await vi.waitFor(() => expect(unread.named('snapshot')).toHaveLength(1));
    unread.closed();
    state.fails = false;
    // A database that was put back: its rows end before what was seen.
    rows.length = 0;
    state.onRead = async () => { view.horizon = 3; };
    view.horizon = 3;
    expect((await watch({ cursor })).named('snapshot')).toHaveLength(1);
  });

  it('give a large collection in parts, as it stood at one revision; what is changed meanwhile follows', async () => {
    const { write, watch } = world();
    for (let i = 0; i < 1_200; i++) write(stored(`s-${String(i).padStart(4, '0')}`, i, i + 2));
    const sink = await watch();
    expect(sink.named('snapshot')).toHaveLength(1);
    write(stored('s-0001', 1, 2_000), true);
    await vi.waitFor(() => expect(deltas(sink)).toEqual([2_000]));
    const parts = sink.named<Snapshot>('snapshot');
    expect(parts.map(({ revision, items, more }) => [revision, items.length, more])).toEqual([[1_201, 500, true], [1_201, 500, true], [1_201, 200, false]]);
    expect(parts.flatMap(part => part.items.map(item => item.name))).toEqual(Array.from({ length: 1_200 }, (_, i) => `s-${String(i).padStart(4, '0')}`));
    expect(sink.frames.map(frame => frame.includes('\nid: '))).toEqual([false, false, true, true]);
  });

  it('tell a reader that is too slow nothing more until it has taken what it was sent, and then every change', async () => {
    const { write, watch, state, hub } = world();
    const sink = await watch();
    const quick = await watch();
    sink.full = true;
    const big = { description: 'x'.repeat(400), labels: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`l${i}`, 'x'.repeat(200)])) };
    for (let revision = 2; revision <= 400; revision++) write(stored('a', 1, revision, { spec: big }));
    const before = deltas(sink).length;
    expect(before).toBeLessThan(200);
    sink.full = false;
    sink.waiting = 0;
    sink.drained();
    const all = Array.from({ length: 399 }, (_, i) => i + 2);
    await vi.waitFor(() => expect(deltas(sink)).toEqual(all));
    expect(deltas(quick)).toEqual(all);
    expect([state.reads > 0, hub.watchers]).toEqual([true, 2]);
  });

  it('begin anew for a reader that is ten thousand changes behind', async () => {
    const { write, watch } = world();
    const first = await watch();
    write(stored('a', 1, 2));
    const cursor = cursorOf(first);
    first.closed();
    for (let revision = 3; revision <= 11_000; revision++) write(stored('a', 1, revision));
    const second = await watch({ cursor });
    await vi.waitFor(() => expect(second.named<Snapshot>('snapshot')).toMatchObject([{ revision: 11_000 }]), 10_000);
    expect(deltas(second)).toHaveLength(10_000);
  });

  it('carry bookmarks, end without their credential, and are broken off where their reader takes nothing', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { write, watch, state, cuts, view, hub } = world();
    const [sink, stuck, other] = [await watch(), await watch(), await watch()];
    stuck.full = other.full = true;
    write(stored('a', 1, 2));
    vi.advanceTimersByTime(5_000);
    expect(sink.named<{ revision: number }>('bookmark')).toEqual([{ revision: 2 }]);
    for (let i = 0; i < 4; i++) {
      state.now += 5_001;
      vi.advanceTimersByTime(5_000);
    }
    expect([stuck.destroyed, other.destroyed, sink.destroyed, cuts]).toEqual([true, true, false, [2]]);
    stuck.closed();
    other.closed();
    view.apply([{ type: 'object', revision: 3, object: { ...tokenObject, revision: 3 }, deleted: true, secretHash: null }]);
    vi.advanceTimersByTime(5_000);
    expect([sink.ended, sink.named<{ code: string }>('error')[0]!.code, hub.watchers]).toEqual([true, 'denied', 0]);
    write(stored('a', 1, 4));
  });

  it('write nothing after their end, and begin only at a Miko that can say', async () => {
    const { write, watch, hub, state } = world();
    const sink = await watch();
    hub.endAll('starting anew');
    write(stored('a', 1, 2));
    await settled();
    expect([sink.ended, deltas(sink), sink.named('error').length]).toEqual([true, [], 1]);
    state.notReady = 'the view is being loaded';
    const early = await watch();
    expect([early.ended, early.named('snapshot').length, hub.watchers]).toEqual([true, 0, 0]);
    hub.close();
    await expect(watch()).rejects.toThrow('stopping');
  });

  it('begin for many with one snapshot, as long as nothing it shows changes', async () => {
    const { write, watch } = world();
    write(stored('a', 1, 2));
    const [one, two] = [await watch(), await watch()];
    expect(one.frames[0]).toBe(two.frames[0]);
    write(stored('b', 2, 3));
    expect((await watch()).named<Snapshot>('snapshot')[0]).toMatchObject({ revision: 3 });
  });
});
