import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Registration, ShownEndpoint } from '@miko/model';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { endpointPath, eventually, MikoProcess, openSession, registration, StreamReader } from '../index.ts';
import { listen, startGrpc, startWeb } from './checked-servers.test.support.ts';

interface ListedService {
  readonly state: string;
  readonly cause: string | null;
  readonly revision: number;
  readonly endpoints: ShownEndpoint[];
}
interface Delta {
  readonly services: Readonly<Record<string, { set: ShownEndpoint[] }>>;
}
interface Explained {
  readonly listed: boolean;
  readonly steps: { step: string; ok: boolean; text: string }[];
  readonly probe: { at: string; text: string } | null;
}

/** Often enough to be quick; nothing but a standstill of the machine takes as long as the timeout. */
const timing = { interval_ms: 100, timeout_ms: 10_000, rise: 2, fall: 2 };
const http: Registration['check'] = { type: 'http', path: '/healthz', ...timing };
const list = '/v1/projects/default/endpoints';
const WAIT_MS = 15_000;

describe('health checks', () => {
  let miko: MikoProcess;
  beforeAll(async () => { miko = await MikoProcess.start(); });
  afterAll(() => miko.dispose());

  /** None lapses before the file is over: each lapse would be a revision. */
  const open = (owner: string) => openSession(miko, owner, 3_600);
  /** Registers for the length of the test: what follows it sees no change of health from it. */
  const put = async (service: string, instance: string, body: Registration) => {
    const reply = await miko.call<ShownEndpoint>('PUT', endpointPath(service, instance), body);
    expect(reply.status).toBeLessThan(300);
    if (reply.status === 201) onTestFinished(async () => void (await miko.call('DELETE', endpointPath(service, instance))));
    return reply;
  };
  const served = async (service: string) =>
    (await miko.call<{ services: Record<string, ListedService> }>('GET', `${list}?service=${service}`)).body.services[service]!;
  /** Resolves when the only endpoint of the service is listed with that health. */
  const listedAs = (service: string, health: string) =>
    eventually(async () => (await served(service)).endpoints.find(e => e.health === health), WAIT_MS, `${service} to be listed as ${health}`);
  const outAs = (service: string, cause: string) =>
    eventually(async () => ((await served(service)).cause === cause ? true : undefined), WAIT_MS, `${service} to be empty: ${cause}`);
  const explain = async (service: string, instance: string) => (await miko.call<Explained>('GET', `${endpointPath(service, instance)}:explain`)).body;
  const probeText = (service: string, instance: string, text: string) =>
    eventually(async () => ((await explain(service, instance)).probe?.text.includes(text) ? true : undefined), WAIT_MS, `the probe to say ${text}`);
  const watch = async (service: string) => {
    const reader = await StreamReader.open(`${miko.url}${list}:watch?service=${service}`, miko.token);
    onTestFinished(() => reader.close());
    await reader.next('snapshot');
    const healths = () => reader.frames.filter(f => f.event === 'delta').flatMap(f => (f.data as Delta).services[service]!.set.map(e => e.health));
    const shows = (health: string) => reader.next<Delta>('delta', d => d.services[service]!.set.some(e => e.health === health));
    return { reader, healths, shows };
  };

  it('keep an endpoint out of the list until it rose, and in it until it fell', async () => {
    const web = await startWeb();
    const probes: ServerResponse[] = [];
    web.answer = response => void probes.push(response);
    const nextProbe = () => eventually(() => probes.shift(), WAIT_MS, 'a probe', 5);
    const stream = await watch('rising');
    const session = await open('rising');
    const check = { ...http, rise: 3, fall: 3 };
    const { body } = await put('rising', 'r-1', registration(session.id, { port: web.port, check }));
    expect(body.health).toBe('starting');

    for (const result of ['first', 'second', 'third']) {
      const probe = await nextProbe();
      expect(await served('rising'), `before the ${result} good result`).toMatchObject({ state: 'empty', cause: 'starting', endpoints: [] });
      probe.end();
    }
    await listedAs('rising', 'passing');
    for (const result of ['first', 'second', 'third']) {
      const probe = await nextProbe();
      expect(await served('rising'), `before the ${result} bad result`).toMatchObject({ state: 'known', endpoints: [{ instance: 'r-1', health: 'passing' }] });
      probe.writeHead(500).end();
    }
    await outAs('rising', 'critical');
    await stream.shows('critical');
    expect(stream.healths()).toEqual(['starting', 'passing', 'critical']);
    for (const probe of probes) probe.destroy();
  });

  it('take a killed service out of the list, and bring it back when it returns', async () => {
    const web = await startWeb();
    const stream = await watch('killed');
    const session = await open('killed');
    await put('killed', 'k-1', registration(session.id, { port: web.port, check: http }));
    await listedAs('killed', 'passing');

    await web.kill();
    await outAs('killed', 'critical');
    await probeText('killed', 'k-1', `connect ECONNREFUSED 127.0.0.1:${web.port}`);
    const { listed, steps } = await explain('killed', 'k-1');
    expect(listed).toBe(false);
    expect(steps).toContainEqual({ step: 'health', ok: false, text: 'critical by its http check' });

    await web.start();
    await listedAs('killed', 'passing');
    await eventually(() => (stream.healths().length === 4 ? true : undefined), WAIT_MS, 'the stream to tell it');
    expect(stream.healths()).toEqual(['starting', 'passing', 'critical', 'passing']);
  });

  it('connect to a durable endpoint with a tcp check', async () => {
    const server = createServer(socket => socket.on('error', () => {}).resume());
    const port = await listen(server);
    await put('durable', 'd-1', registration(null, { port, protocol: 'tcp', check: { type: 'tcp', ...timing } }));
    await listedAs('durable', 'passing');
    expect((await explain('durable', 'd-1')).probe?.text).toBe(`connected to 127.0.0.1 port ${port}`);
    server.close();
    await outAs('durable', 'critical');
    await listen(server, port);
    await listedAs('durable', 'passing');
    expect((await served('durable')).endpoints).toHaveLength(1);
  });

  it('ask a gRPC server for its status', async () => {
    const serving = Buffer.from([8, 1]);
    const notServing = Buffer.from([8, 2]);
    let status = serving;
    const port = await startGrpc(() => status);
    const session = await open('grpc');
    const check = { type: 'grpc', service: 'shop', ...timing } as const;
    await put('grpc', 'g-1', registration(session.id, { port, protocol: 'grpc', check }));
    await listedAs('grpc', 'passing');
    expect((await explain('grpc', 'g-1')).probe?.text).toBe('SERVING');
    status = notServing;
    await outAs('grpc', 'critical');
    expect((await explain('grpc', 'g-1')).probe?.text).toBe('NOT_SERVING');
    status = serving;
    await listedAs('grpc', 'passing');
  });

  it('keep an endpoint that answers 429 in the list, as a warning', async () => {
    const web = await startWeb();
    const stream = await watch('busy');
    const session = await open('busy');
    await put('busy', 'b-1', registration(session.id, { port: web.port, check: http }));
    await listedAs('busy', 'passing');
    web.answer = response => void response.writeHead(429).end();
    await listedAs('busy', 'warning');
    const asked = web.asked;
    await eventually(() => (web.asked > asked + timing.fall ? true : undefined), WAIT_MS, 'more probes than make it fall');
    expect(await served('busy')).toMatchObject({ state: 'known', endpoints: [{ instance: 'b-1', health: 'warning' }] });
    expect(stream.healths()).toEqual(['starting', 'passing', 'warning']);
  });

  it('tell what a probe said when asked to explain, and neither in list nor stream nor by a revision', async () => {
    const web = await startWeb();
    web.answer = response => void response.end('build 41');
    const stream = await watch('told');
    const session = await open('told');
    await put('told', 't-1', registration(session.id, { port: web.port, check: http }));
    const { revision } = await listedAs('told', 'passing');
    await probeText('told', 't-1', 'build 41');

    const anchor = (weight: number) => put('anchor', 'a-1', registration(session.id, { weight }));
    const before = Number((await anchor(1)).headers.get('miko-revision'));
    const answer = await miko.call('GET', `${list}?service=told`);
    web.answer = response => void response.end('build 42');
    await probeText('told', 't-1', '200 OK: build 42');
    const again = await miko.call('GET', `${list}?service=told`, undefined, { 'if-none-match': answer.headers.get('etag')! });
    expect(again.status).toBe(304);
    expect((await anchor(2)).headers.get('miko-revision')).toBe(String(before + 1));

    expect((await served('told')).revision).toBe(revision);
    expect(stream.healths()).toEqual(['starting', 'passing']);
    for (const query of ['', '?health=any', '?service=told&health=any']) {
      expect(JSON.stringify((await miko.call('GET', `${list}${query}`)).body)).not.toContain('build');
    }
    expect(JSON.stringify(stream.reader.frames)).not.toContain('build');
  });

  it('go on from the health there was when an endpoint registers anew, unless what is probed changed', async () => {
    const [web, moved] = [await startWeb(), await startWeb()];
    const session = await open('anew');
    const body = registration(session.id, { port: web.port, check: http });
    const first = await put('anew', 'n-1', body);
    await listedAs('anew', 'passing');

    expect((await put('anew', 'n-1', { ...body, weight: 7 })).body).toMatchObject({ id: first.body.id, health: 'passing', weight: 7 });
    const next = await open('anew');
    const taken = await put('anew', 'n-1', { ...body, session: next.id });
    expect(taken.body).toMatchObject({ health: 'passing' });
    expect(taken.body.id).not.toBe(first.body.id);
    const asked = web.asked;
    await eventually(() => (web.asked > asked + timing.rise ? true : undefined), WAIT_MS, 'probes of the new registration');
    expect((await served('anew')).endpoints).toEqual([taken.body]);

    const probes: ServerResponse[] = [];
    moved.answer = response => void probes.push(response);
    expect((await put('anew', 'n-1', { ...body, session: next.id, port: moved.port })).body).toMatchObject({ id: taken.body.id, health: 'starting' });
    const probe = await eventually(() => probes.shift(), WAIT_MS, 'a probe of the new port');
    expect(await served('anew')).toMatchObject({ state: 'empty', cause: 'starting' });
    moved.answer = response => void response.end();
    probe.end();
    expect(await listedAs('anew', 'passing')).toMatchObject({ port: moved.port });
  });

  it('go on after kill -9 and restart of Miko, and the list has no gap', async () => {
    const [well, ill] = [await startWeb(), await startWeb()];
    ill.answer = response => void response.writeHead(503).end();
    const session = await open('restarted');
    await put('well', 'w-1', registration(session.id, { port: well.port, check: http }));
    await put('ill', 'i-1', registration(session.id, { port: ill.port, check: http }));
    const before = await listedAs('well', 'passing');
    await outAs('ill', 'critical');

    const lists: { well: ShownEndpoint[]; ill: ShownEndpoint[] }[] = [];
    const over = new AbortController();
    const reading = (async () => {
      for (; !over.signal.aborted; await sleep(2)) {
        const reply = await miko.call<{ services: Record<string, ListedService> }>('GET', `${list}?service=well,ill`).catch(() => null);
        if (reply?.status === 200) lists.push({ well: reply.body.services['well']!.endpoints, ill: reply.body.services['ill']!.endpoints });
      }
    })();
    try {
      await eventually(() => (lists.length > 0 ? true : undefined), WAIT_MS, 'a list before');
      await miko.kill();
      const known = lists.length;
      const [wellAsked, illAsked] = [well.asked, ill.asked];
      await miko.start();
      const isProbed = () => well.asked > wellAsked + timing.fall && ill.asked > illAsked + timing.fall;
      await eventually(() => (isProbed() && lists.length > known ? true : undefined), WAIT_MS, 'probes and a list by the new process');
    } finally {
      over.abort();
      await reading;
    }
    for (const shown of lists) expect(shown).toEqual({ well: [before], ill: [] });

    [well.answer, ill.answer] = [ill.answer, well.answer];
    await outAs('well', 'critical');
    await listedAs('ill', 'passing');
  });
});
