import { Worker } from 'node:worker_threads';
import { Client as GrpcClient, credentials, experimental, Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { MethodDefinition, ServiceError } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import type { Answer } from '../directory/endpoint.ts';
import { endpointFromWire } from '../directory/endpoint.ts';
import { wireEndpoint } from '../testing/fake-miko.ts';
import type { GrpcCallerData, GrpcCallerSaid } from '../testing/grpc-caller.ts';
import { eventually } from '../testing/world.ts';
import { registerMikoResolver } from './grpc.ts';

const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const decode = (bytes: Buffer): string => String(JSON.parse(bytes.toString()));
const whoMethod: MethodDefinition<string, string> = {
  path: '/miko.test.Who/Is',
  requestStream: false,
  responseStream: false,
  requestSerialize: encode,
  requestDeserialize: decode,
  responseSerialize: encode,
  responseDeserialize: decode,
};

const cleanup: (() => void)[] = [];
afterEach(() => {
  for (const act of cleanup.splice(0).toReversed()) act();
});

/** A gRPC server that answers with its name; on any free port, unless one is given. */
async function serve(name: string, on = 0): Promise<{ readonly port: number; readonly stop: () => void }> {
  const server = new Server();
  server.addService({ is: whoMethod }, { is: (_: unknown, done: (error: null, answer: string) => void) => done(null, name) });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${on}`, ServerCredentials.createInsecure(), (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  const stop = (): void => server.forceShutdown();
  cleanup.push(stop);
  return { port, stop };
}

let schemes = 0;

/** Registers a client with that `watch`, under a scheme of its own. */
function registered(watch: (service: string, listener?: (answer: Answer) => void) => () => void): string {
  schemes += 1;
  const scheme = `miko-test-${schemes}`;
  registerMikoResolver({ watch: watch as Parameters<typeof registerMikoResolver>[0]['watch'] }, scheme);
  return scheme;
}

/** A channel to `miko:///quotes` whose watch belongs to the test. */
function channel(): { readonly tell: (answer: Answer) => void; readonly call: () => Promise<string>; readonly watchers: () => number; readonly close: () => void } {
  const listeners = new Set<(answer: Answer) => void>();
  let newest: Answer | null = null;
  function watch(service: string, listener?: (answer: Answer) => void): () => void {
    if (service !== 'quotes' || listener === undefined) throw new Error(`not expected: ${service}`);
    listeners.add(listener);
    if (newest !== null) listener(newest);
    return () => void listeners.delete(listener);
  }
  const scheme = registered(watch);
  const client = new GrpcClient(`${scheme}:///quotes`, credentials.createInsecure(), { 'grpc.enable_http_proxy': 0, 'grpc.initial_reconnect_backoff_ms': 100 });
  cleanup.push(() => client.close());
  return {
    tell: (answer) => {
      newest = answer;
      for (const listener of listeners) listener(answer);
    },
    call: () =>
      new Promise((resolve, reject) => {
        const { path, requestSerialize, responseDeserialize } = whoMethod;
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, 'x', { deadline: Date.now() + 4_000 } as never, (error: ServiceError | null, answer?: string) =>
          error === null ? resolve(answer ?? '') : reject(error),
        );
      }),
    watchers: () => listeners.size,
    close: () => client.close(),
  };
}

function known(ports: readonly number[], fields: object = {}): Answer {
  const endpoints = ports.map((port, i) => endpointFromWire('quotes', wireEndpoint(`quotes-${i}`, { port, protocol: 'grpc', ...fields })));
  return { state: 'known', service: 'quotes', revision: 1, endpoints, unusable: [], source: 'miko' };
}

test('calls go to all endpoints of the service in turn, and to none of another protocol', async () => {
  const [a, b] = [await serve('a'), await serve('b')];
  const { tell, call } = channel();
  const list = known([a.port, b.port]);
  if (list.state === 'known') tell({ ...list, endpoints: [...list.endpoints, endpointFromWire('quotes', wireEndpoint('web', { port: 1 }))] });
  const seen: string[] = [];
  await eventually(() => seen.includes('a') && seen.includes('b'), 'both', () => void call().then((name) => seen.push(name), () => undefined));
});

test('a call waits for the first answer', async () => {
  const a = await serve('a');
  const { tell, call } = channel();
  const answer = call();
  tell(known([a.port]));
  expect(await answer).toBe('a');
});

test('a change reaches the channel at once', async () => {
  const [a, b] = [await serve('a'), await serve('b')];
  const { tell, call } = channel();
  tell(known([a.port]));
  expect(await call()).toBe('a');
  tell(known([b.port]));
  a.stop();
  const seen: string[] = [];
  await eventually(() => seen.includes('b'), 'the other', () => void call().then((name) => seen.push(name), () => undefined));
});

test('the last good list stays while nobody knows better', async () => {
  const a = await serve('a');
  const { tell, call } = channel();
  tell(known([a.port]));
  expect(await call()).toBe('a');
  tell({ state: 'not_ready', service: 'quotes', error: null });
  tell({ state: 'unknown', service: 'quotes' });
  await new Promise(setImmediate);
  expect(await call()).toBe('a');
});

test.each<[Answer, RegExp]>([
  [{ state: 'unknown', service: 'quotes' }, /Miko knows no service quotes/],
  [{ state: 'empty', service: 'quotes', revision: 1, cause: 'departed', unusable: [], source: 'miko' }, /quotes has no endpoint \(departed\)/],
])('without endpoints a call is unavailable, and says why: $state', async (answer, details) => {
  const { tell, call } = channel();
  tell(answer);
  await expect(call()).rejects.toMatchObject({ code: status.UNAVAILABLE, details: expect.stringMatching(details) });
});

test('a channel that is closed watches no longer', async () => {
  const a = await serve('a');
  const { tell, call, watchers, close } = channel();
  tell(known([a.port]));
  await call();
  expect(watchers()).toBe(1);
  close();
  expect(watchers()).toBe(0);
});

test('what is unchanged is told once, however often grpc-js asks', async () => {
  let tell: (answer: Answer) => void = () => undefined;
  const scheme = registered((_, listener) => {
    tell = (answer) => listener?.(answer);
    tell(known([1, 2]));
    return () => undefined;
  });
  const told: number[] = [];
  const listener: experimental.ResolverListener = (list) => (told.push(list.ok ? list.value.length : -1), true);
  const resolver = experimental.createResolver({ scheme, path: 'quotes' }, listener, {});
  const turn = (): Promise<void> => new Promise(setImmediate);
  for (let i = 0; i < 3; i++) {
    resolver.updateResolution();
    await turn();
  }
  tell(known([1, 2], { health: 'warning' }));
  await turn();
  expect(told).toEqual([2]);
  tell(known([1, 2, 3]));
  await turn();
  expect(told).toEqual([2, 3]);
  resolver.destroy();
  resolver.updateResolution();
  await turn();
  expect(told).toEqual([2, 3, 2]);
});

test('when an endpoint dies and the list does not change, calls go on to the others, and to it when it is back', async () => {
  const [a, b] = [await serve('a'), await serve('b')];
  const data: GrpcCallerData = { ports: [a.port, b.port], path: whoMethod.path };
  const worker = new Worker(new URL('../testing/grpc-caller.ts', import.meta.url), { workerData: data, execArgv: ['--conditions=source'] });
  cleanup.push(() => void worker.terminate());
  let beats = 0;
  let answered: (string | null)[] = [];
  worker.on('message', (said: GrpcCallerSaid) => ('beat' in said ? (beats = said.beat) : answered.push(said.answered)));
  await eventually(() => answered.includes('a') && answered.includes('b'), 'both');
  a.stop();
  const before = beats;
  await eventually(() => beats > before + 25, 'timers that run');
  await eventually(() => !answered.slice(-20).includes('a'), 'only the other');
  answered = [];
  await eventually(() => answered.length >= 10, 'calls');
  expect(new Set(answered)).toEqual(new Set(['b']));
  await serve('a', a.port);
  await eventually(() => answered.includes('a'), 'the one that is back');
});

test('without endpoints each call fails at once, not only the first', async () => {
  const a = await serve('a');
  const { tell, call } = channel();
  tell(known([a.port]));
  expect(await call()).toBe('a');
  tell({ state: 'empty', service: 'quotes', revision: 1, cause: 'departed', unusable: [], source: 'miko' });
  await new Promise(setImmediate);
  for (let i = 0; i < 3; i++) await expect(call()).rejects.toMatchObject({ code: status.UNAVAILABLE, details: expect.stringMatching(/departed/) });
  tell(known([a.port]));
  await new Promise(setImmediate);
  expect(await call()).toBe('a');
});
