import { connect } from 'node:net';
import type { ShownEndpoint } from '@miko/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpointPath, eventually, MikoProcess, openSession, registration, StreamReader } from '../index.ts';

interface Delta {
  readonly revision: number;
  readonly services: Readonly<Record<string, { state: string; cause?: string | null; revision: number; set: ShownEndpoint[]; gone: { instance: string; id: string; cause: string }[] }>>;
}
interface Snapshot {
  readonly revision: number;
  readonly services: Readonly<Record<string, { state: string; endpoints: ShownEndpoint[] }>>;
}

describe('the stream', () => {
  let miko: MikoProcess;
  const readers: StreamReader[] = [];
  beforeAll(async () => { miko = await MikoProcess.start(); });
  afterAll(async () => {
    for (const reader of readers) reader.close();
    await miko.dispose();
  });

  const watch = async (query: string, headers: Readonly<Record<string, string>> = {}) => {
    const reader = await StreamReader.open(`${miko.url}/v1/projects/default/endpoints:watch${query}`, miko.token, headers);
    readers.push(reader);
    return reader;
  };
  const put = (service: string, instance: string, body: unknown) => miko.call<ShownEndpoint>('PUT', endpointPath(service, instance), body);
  const revisionOf = (reply: { headers: Headers }) => Number(reply.headers.get('miko-revision'));

  it('begins with a snapshot of everything registered, then carries each change', async () => {
    const session = await openSession(miko, 'begin');
    await put('begin', 'b-1', registration(session.id, { check: { type: 'ttl', ttl_ms: 60_000 } }));
    const reader = await watch('?service=begin,not-yet');
    const snapshot = await reader.next<Snapshot>('snapshot');
    expect(snapshot.services['begin']).toMatchObject({ state: 'known', endpoints: [{ instance: 'b-1', health: 'starting' }] });
    expect(snapshot.services['not-yet']).toEqual({ state: 'unknown', endpoints: [] });

    await put('not-yet', 'n-1', registration(session.id));
    expect(await reader.next<Delta>('delta', d => 'not-yet' in d.services && d.services['not-yet'].set.length > 0)).toMatchObject({
      services: { 'not-yet': { state: 'known', cause: null, set: [{ instance: 'n-1' }], gone: [] } },
    });
    await miko.call('DELETE', `${endpointPath('not-yet', 'n-1')}?session=${session.id}`);
    expect(await reader.next<Delta>('delta', d => d.services['not-yet']?.gone.length === 1)).toMatchObject({
      services: { 'not-yet': { state: 'empty', cause: 'deregistered', set: [], gone: [{ instance: 'n-1', cause: 'deregistered' }] } },
    });
  });

  it('resumes by cursor without a gap or a repeat, and a list hands out such a cursor', async () => {
    const session = await openSession(miko, 'resume');
    await put('resume', 'r-0', registration(session.id));
    const list = await miko.call('GET', '/v1/projects/default/endpoints?service=resume');
    const written = [];
    for (let i = 1; i <= 5; i++) written.push(revisionOf(await put('resume', `r-${i}`, registration(session.id))));
    await miko.call('DELETE', `${endpointPath('resume', 'r-0')}?session=${session.id}`);

    const reader = await watch('?service=resume', { 'last-event-id': list.headers.get('miko-cursor')! });
    const caught = await reader.next<Delta>('delta');
    expect(caught.services['resume']!.set.map(e => e.revision).sort((a, b) => a - b)).toEqual(written);
    expect(caught.services['resume']!.gone.map(g => g.instance)).toEqual(['r-0']);
    expect(reader.frames.some(frame => frame.event === 'snapshot')).toBe(false);

    const { cursor } = reader;
    reader.close();
    const next = await watch(`?service=resume&since=${cursor}`);
    const seen = revisionOf(await put('resume', 'r-9', registration(session.id)));
    await next.next<Delta>('delta', d => d.revision >= seen);
    const sets = next.frames.filter(f => f.event === 'delta').flatMap(f => (f.data as Delta).services['resume']!.set);
    expect(sets.map(e => e.instance)).toEqual(['r-9']);
  });

  it('resumes across kill -9 and restart of Miko', async () => {
    const session = await openSession(miko, 'across', 60);
    await put('across', 'a-1', registration(session.id));
    const reader = await watch('?service=across');
    await reader.next('snapshot');
    const { cursor } = reader;
    await put('across', 'a-2', registration(session.id));
    await miko.kill();
    await miko.start();
    const resumed = await watch('?service=across', { 'last-event-id': cursor });
    const delta = await resumed.next<Delta>('delta');
    expect(delta.services['across']!.set.map(e => e.instance)).toEqual(['a-2']);
    expect(resumed.frames[0]!.event).toBe('delta');
  });

  it.each([
    ['unreadable', 'rubbish'],
    ['from another Miko', '00000000.5.000000000000'],
  ])('answers a cursor that is %s with a snapshot in the same stream', async (_, cursor) => {
    const reader = await watch('?service=begin', { 'last-event-id': cursor });
    await reader.next<Snapshot>('snapshot');
    expect(reader.frames[0]!.event).toBe('snapshot');
  });

  it('answers a cursor of other services with a snapshot', async () => {
    const reader = await watch('?service=begin');
    await reader.next('snapshot');
    const other = await watch('?service=begin,resume', { 'last-event-id': reader.cursor });
    await other.next('snapshot');
    expect(other.frames[0]!.event).toBe('snapshot');
  });

  it('shows the same instance with a new id as set alone', async () => {
    const session = await openSession(miko, 'again');
    const first = await put('again', 'i-1', registration(session.id));
    const reader = await watch('?service=again');
    await reader.next('snapshot');
    const next = await openSession(miko, 'again');
    const second = await put('again', 'i-1', registration(next.id));
    const delta = await reader.next<Delta>('delta');
    expect(delta.services['again']).toMatchObject({ set: [{ instance: 'i-1', id: second.body.id }], gone: [] });
    expect(second.body.id).not.toBe(first.body.id);
  });

  it('joins what follows a change within 50 ms, yet never makes a removal wait', async () => {
    const session = await openSession(miko, 'join');
    await put('join', 'j-0', registration(session.id));
    const reader = await watch('?service=join');
    await reader.next('snapshot');
    await Promise.all(Array.from({ length: 40 }, (_, i) => put('join', `j-${i + 1}`, registration(session.id))));
    const last = await miko.call('DELETE', `${endpointPath('join', 'j-0')}?session=${session.id}`);
    await reader.next<Delta>('delta', d => d.revision >= revisionOf(last));
    const deltas = reader.frames.filter(frame => frame.event === 'delta');
    expect(deltas.flatMap(frame => (frame.data as Delta).services['join']!.set)).toHaveLength(40);
    expect(deltas.length).toBeLessThan(40);
  });

  it('lets a slow reader have the newest state instead of every step of the way', async () => {
    const session = await openSession(miko, 'slow');
    const labels = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`label-${i}`, 'x'.repeat(250)]));
    for (let i = 0; i < 20; i++) await put('slow', `s-${i}`, registration(session.id, { labels }));
    const { port } = new URL(miko.url);
    const socket = connect(Number(port), '127.0.0.1');
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => { received += chunk; });
    socket.write(`GET /v1/projects/default/endpoints:watch?service=slow HTTP/1.1\r\nhost: miko\r\nauthorization: Bearer ${miko.token}\r\n\r\n`);
    await eventually(() => (received.includes('event: snapshot') ? true : undefined), 5_000, 'the snapshot');
    socket.pause();
    let newest = 0;
    // Far more than the sockets of both sides take: some of these steps can only be left out.
    for (let round = 1; round <= 60; round++) {
      for (let i = 0; i < 20; i++) newest = revisionOf(await put('slow', `s-${i}`, registration(session.id, { labels, weight: round })));
    }
    socket.resume();
    await eventually(() => (received.includes(`"revision":${newest}}`) ? true : undefined), 15_000, 'the newest state', 50);
    const weights = new Set([...received.matchAll(/"weight":(\d+)/g)].map(match => Number(match[1])));
    expect(weights.has(60)).toBe(true);
    expect(weights.size).toBeLessThan(60);
    socket.destroy();
  });

  it('ends the streams of a token that was deleted', async () => {
    const made = await miko.call<{ secret: string }>('POST', '/v1/tokens', { name: 'short-lived', spec: { description: '', role: 'reader', project: null, audience: 'internal' } });
    const reader = await StreamReader.open(`${miko.url}/v1/projects/default/endpoints:watch`, made.body.secret);
    readers.push(reader);
    await reader.next('snapshot');
    await miko.call('DELETE', '/v1/tokens/short-lived', undefined, { 'if-match': '*' });
    const error = await reader.next<{ code: string }>('error');
    expect(error.code).toBe('denied');
    await eventually(() => (reader.ended ? true : undefined), 5_000, 'the end of the stream');
  });
});
