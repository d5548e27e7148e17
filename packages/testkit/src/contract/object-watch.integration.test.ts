import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zone } from '@miko/model';
import { Store } from '@miko/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { outsideDatabase, type OutsideDatabase } from '../faults/fault.test.support.ts';
import { MikoProcess } from '../miko-process.ts';
import { StreamReader } from '../stream-reader.ts';
import { send } from './send.test.support.ts';
import { made } from './world.test.support.ts';

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly revision: number;
  readonly spec: Readonly<Record<string, unknown>>;
}
interface Snapshot {
  readonly revision: number;
  readonly items: readonly Shown[];
  readonly more: boolean;
}
interface Delta {
  readonly revision: number;
  readonly items: { readonly set: readonly Shown[]; readonly gone: readonly { readonly id: string; readonly name: string }[] };
}
const COLLECTION = '/v1/projects/default/services';
const spec = (description: string) => ({ description, labels: {} });

/** Two Mikos on one database. */
let a: MikoProcess;
let b: MikoProcess;
let database: OutsideDatabase;
const ends: (() => void | Promise<void>)[] = [];
const readers: StreamReader[] = [];
beforeAll(async () => {
  database = await outsideDatabase(end => ends.unshift(end));
  const env = { MIKO_DATABASE_URL: database.url };
  a = await MikoProcess.start({ env });
  ends.unshift(() => a.dispose());
  const dataDir = mkdtempSync(join(tmpdir(), 'miko-test-'));
  ends.unshift(() => rmSync(dataDir, { recursive: true, force: true }));
  copyFileSync(join(a.dataDir, 'admin-token'), join(dataDir, 'admin-token'));
  b = await MikoProcess.start({ env, dataDir });
  ends.unshift(() => b.dispose());
});
afterAll(async () => {
  for (const reader of readers) reader.close();
  for (const end of ends) await end();
});

const watch = async (more: { at?: MikoProcess; collection?: string; cursor?: string; headers?: Readonly<Record<string, string>>; token?: string } = {}): Promise<StreamReader> => {
  const at = more.at ?? a;
  const reader = await StreamReader.open(`${at.url}${more.collection ?? COLLECTION}:watch${more.cursor === undefined ? '' : `?since=${more.cursor}`}`, more.token ?? at.token, more.headers);
  readers.push(reader);
  return reader;
};
const told = (reader: StreamReader): Delta[] => reader.frames.filter(frame => frame.event === 'delta').map(frame => frame.data as Delta);
const revisions = (reader: StreamReader): number[] => told(reader).map(({ revision }) => revision);
const create = (name: string, at = a) => made<Shown>(at, 'POST', COLLECTION, { name, spec: spec('') });
const replace = async (name: string, description: string, at = a): Promise<number> => {
  const reply = await send<Shown>(at, { method: 'PUT', path: `${COLLECTION}/${name}`, headers: { 'if-match': '*' }, body: { spec: spec(description) } });
  expect(reply.status).toBe(200);
  return reply.body.revision;
};
const remove = async (name: string, at = a): Promise<number> => {
  const reply = await send(at, { method: 'DELETE', path: `${COLLECTION}/${name}`, headers: { 'if-match': '*' } });
  expect(reply.status).toBe(204);
  return Number(reply.headers['miko-revision']);
};

describe('the stream of a kind', () => {
  it('begins with a snapshot, then tells each mutation once, and nothing else', async () => {
    const first = await create('begin');
    const reader = await watch();
    const snapshot = await reader.next<Snapshot>('snapshot');
    expect(snapshot.items).toContainEqual((await send<Shown>(a, { method: 'GET', path: `${COLLECTION}/begin` })).body);
    expect(snapshot.more).toBe(false);
    const second = await create('begin-2');
    const changed = await replace('begin', 'new');
    // Neither of these is a mutation.
    expect((await send(a, { method: 'POST', path: `${COLLECTION}?dry_run=true`, body: { name: 'begin-3', spec: spec('') } })).status).toBe(201);
    expect((await send(a, { method: 'POST', path: COLLECTION, body: { name: 'begin', spec: spec('') } })).status).toBe(409);
    await send(a, { method: 'GET', path: COLLECTION });
    // Nor of what is watched.
    await made(a, 'POST', '/v1/zones', { name: 'begin', spec: zone.example(1) });
    const gone = await remove('begin-2');
    await reader.next<Delta>('delta', ({ revision }) => revision === gone);
    expect(told(reader)).toEqual([
      { revision: second.revision, items: { set: [second], gone: [] } },
      { revision: changed, items: { set: [{ ...first, revision: changed, updated_at: expect.any(String) as string, spec: spec('new') }], gone: [] } },
      { revision: gone, items: { set: [], gone: [{ id: second.id, name: 'begin-2' }] } },
    ]);
    await reader.next<{ revision: number }>('bookmark', ({ revision }) => revision >= gone);
  });

  it('goes on from any cursor, at any Miko, with everything after it and nothing twice, while others write', async () => {
    const written: number[] = [];
    const write = async (writer: number): Promise<void> => {
      const name = `race-${writer}`;
      for (let round = 0; round < 12; round++) {
        const at = (writer + round) % 2 === 0 ? a : b;
        written.push((await create(name, at)).revision, await replace(name, `round ${round}`, at), await remove(name, at));
      }
    };
    const stays = await watch({ at: b });
    const start = (await stays.next<Snapshot>('snapshot')).revision;
    const seen: number[] = [];
    const writing = Promise.all([0, 1, 2].map(write)).then(() => 'done');
    let cursor = stays.cursor;
    const state = { isOver: false };
    void writing.finally(() => { state.isOver = true; });
    for (let turn = 0; !state.isOver; turn++) {
      const reader = await watch({ at: turn % 2 === 0 ? a : b, ...(turn % 3 === 0 ? { cursor } : { headers: { 'last-event-id': cursor } }) });
      await eventually(() => (state.isOver || revisions(reader).length > turn % 7 ? true : undefined), 15_000, 'a few changes', 1);
      expect(reader.frames.some(frame => frame.event === 'snapshot')).toBe(false);
      // What has come by now is what its cursor says.
      const frames = [...reader.frames];
      reader.close();
      seen.push(...frames.filter(frame => frame.event === 'delta').map(frame => (frame.data as Delta).revision));
      cursor = frames.findLast(frame => frame.id !== null)?.id ?? cursor;
    }
    expect(await writing).toBe('done');
    const all = written.toSorted((x, y) => x - y);
    const last = await watch({ cursor });
    await eventually(() => (seen.length + revisions(last).length >= all.length && revisions(stays).length >= all.length ? true : undefined), 15_000, 'the rest');
    expect([...seen, ...revisions(last)]).toEqual(all);
    expect(revisions(stays).filter(revision => revision > start)).toEqual(all);
  });

  it('goes on after this Miko was started anew, from what is written', async () => {
    const reader = await watch({ at: b });
    await reader.next('snapshot');
    const { cursor } = reader;
    await b.kill();
    const revision = (await create('restart')).revision;
    await b.start();
    const again = await watch({ at: b, cursor });
    await again.next<Delta>('delta', delta => delta.revision === revision);
    expect(again.frames.some(frame => frame.event === 'snapshot')).toBe(false);
    expect(revisions(again)).toEqual([revision]);
  });

  it('begins with a snapshot where the cursor is unreadable, of another subscription, or of what never was', async () => {
    const reader = await watch();
    await reader.next('snapshot');
    const { cursor } = reader;
    for (const more of [{ cursor: 'rubbish' }, { cursor, collection: '/v1/zones' }, { cursor, headers: { 'miko-version': '2026-11-01' } }, { cursor: cursor.replace(/\.[^.]+\./, '.zzzzzz.') }]) {
      const other = await watch(more);
      await other.next('snapshot');
      expect(other.frames[0]!.event).toBe('snapshot');
    }
  });

  it('begins with a snapshot where what came after the cursor may not be kept any more', async () => {
    const collection = '/v1/regions';
    const reader = await watch({ collection });
    await reader.next('snapshot');
    const { cursor } = reader;
    reader.close();
    const { revision } = await made<Shown>(a, 'POST', collection, { name: 'late', spec: { description: '' } });
    const kept = await watch({ collection, cursor });
    await kept.next<Delta>('delta', delta => delta.revision === revision);
    kept.close();
    const store = new Store(database.connection);
    await store.pool.query('update counter set horizon = revision');
    await store.close();
    const pruned = await watch({ collection, cursor });
    expect((await pruned.next<Snapshot>('snapshot')).items.map(item => item.name)).toEqual(['late']);
    expect(pruned.frames[0]!.event).toBe('snapshot');
  });

  it('speaks the API date of its reader', async () => {
    const collection = '/v1/projects/default/endpoint-overrides';
    const [old, now] = [await watch({ collection, headers: { 'miko-version': '2026-11-01' } }), await watch({ collection, headers: { 'miko-version': '2026-12-01' } })];
    for (const reader of [old, now]) await reader.next('snapshot');
    const { revision } = await made<Shown>(a, 'POST', collection, { name: 'dated', spec: { service: 'web', instance: 'dated', state: 'draining', weight: null, reason: '' } });
    const [before, after] = [await old.next<Delta>('delta'), await now.next<Delta>('delta')];
    expect([before.revision, after.revision]).toEqual([revision, revision]);
    expect(before.items.set[0]!.spec).toMatchObject({ draining: true, denied: false });
    expect(after.items.set[0]!.spec).toMatchObject({ state: 'draining' });
  });

  it('gives a large collection in parts', async () => {
    await made(a, 'POST', '/v1/projects', { name: 'large', spec: { description: '', create_services: true } });
    const collection = '/v1/projects/large/services';
    for (let from = 0; from < 1_050; from += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, i) => made(a, 'POST', collection, { name: `s-${from + i}`, spec: spec('') })));
    }
    const reader = await watch({ collection });
    await reader.next<Snapshot>('snapshot', ({ more }) => !more);
    const parts = reader.frames.filter(frame => frame.event === 'snapshot');
    expect(parts.map(({ id, data }) => [(data as Snapshot).items.length, (data as Snapshot).more, id === null])).toEqual([[500, true, true], [500, true, true], [50, false, false]]);
    expect(new Set(parts.flatMap(({ data }) => (data as Snapshot).items.map(item => item.name))).size).toBe(1_050);
  });
});

describe('who may watch', () => {
  it('a caller bound to a project sees it alone among projects, and nothing of another', async () => {
    const { secret } = await made<{ secret: string }>(a, 'POST', '/v1/tokens', { name: 'bound', spec: { description: '', role: 'reader', project: 'default', audience: 'internal' } });
    const reader = await watch({ collection: '/v1/projects', token: secret });
    expect((await reader.next<Snapshot>('snapshot')).items.map(item => item.name)).toEqual(['default']);
    await made(a, 'POST', '/v1/projects', { name: 'hidden', spec: { description: '', create_services: true } });
    const reply = await send<Shown>(a, { method: 'PUT', path: '/v1/projects/default', headers: { 'if-match': '*' }, body: { spec: { description: 'seen', create_services: true } } });
    await reader.next<Delta>('delta', ({ revision }) => revision === reply.body.revision);
    expect(revisions(reader)).toEqual([reply.body.revision]);
    expect((await send(a, { method: 'GET', path: '/v1/projects/hidden/services:watch', token: secret, headers: { accept: 'text/event-stream' } })).status).toBe(404);
    expect((await send(a, { method: 'GET', path: '/v1/tokens:watch', token: secret, headers: { accept: 'text/event-stream' } })).status).toBe(403);
  });

  it('a stream ends with its credential', async () => {
    const { secret } = await made<{ secret: string }>(a, 'POST', '/v1/tokens', { name: 'short', spec: { description: '', role: 'reader', project: null, audience: 'internal' } });
    const reader = await watch({ token: secret });
    await reader.next('snapshot');
    expect((await send(a, { method: 'DELETE', path: '/v1/tokens/short', headers: { 'if-match': '*' } })).status).toBe(204);
    expect(await reader.next<{ code: string }>('error')).toMatchObject({ code: 'denied' });
    await eventually(() => reader.ended || undefined, 5_000, 'the end of the stream');
  });
});
