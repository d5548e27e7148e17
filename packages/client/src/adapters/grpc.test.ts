import { Client as GrpcClient, credentials, Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { MethodDefinition, ServiceError } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import type { Answer } from '../directory/endpoint.ts';
import { endpointFromWire } from '../directory/endpoint.ts';
import { wireEndpoint } from '../testing/fake-miko.ts';
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

/** A gRPC server that answers with its name. */
async function serve(name: string): Promise<{ readonly port: number; readonly stop: () => void }> {
  const server = new Server();
  server.addService({ is: whoMethod }, { is: (_: unknown, done: (error: null, answer: string) => void) => done(null, name) });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  const stop = (): void => server.forceShutdown();
  cleanup.push(stop);
  return { port, stop };
}

let schemes = 0;

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
  schemes += 1;
  const scheme = `miko-test-${schemes}`;
  registerMikoResolver({ watch: watch as Parameters<typeof registerMikoResolver>[0]['watch'] }, scheme);
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
