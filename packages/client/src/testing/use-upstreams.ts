import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach } from 'vitest';
import { createCalls } from '../call/calls.ts';
import type { Calls, CallsOptions, Propagate } from '../call/calls.ts';
import { endpointFromWire } from '../directory/endpoint.ts';
import type { Answer, Endpoint } from '../directory/endpoint.ts';
import { createEvents } from '../observe/events.ts';
import type { ClientEvent, Events } from '../observe/events.ts';
import { readPolicy } from '../policy.ts';
import type { PolicyOptions } from '../policy.ts';
import { MikoError } from '../problem.ts';
import { systemRuntime } from '../runtime.ts';
import { wireEndpoint } from './fake-miko.ts';
import { portOf } from './port-of.ts';
import { createWorld } from './world.ts';
import type { World } from './world.ts';

/** A process of a service. */
export type Upstream = {
  readonly port: number;
  /** What reached it, in order: `GET /path`. */
  readonly requests: readonly string[];
  readonly heads: readonly IncomingMessage[];
  /** Connections that are open now, and that ever were. */
  readonly open: () => number;
  readonly opened: () => number;
  /** Stops listening and cuts all connections. */
  readonly stop: () => void;
};

export type Calling = {
  readonly calls: Calls;
  /** Its clock stands still until a test moves it; the network is real. */
  readonly world: World;
  readonly events: Events;
  /** What was told, in order: `retried web-0 refused`. */
  readonly told: readonly string[];
  readonly list: () => readonly Endpoint[];
  readonly setList: (list: readonly Endpoint[], unusable?: readonly Endpoint[]) => void;
};

export type CallingOptions = {
  readonly policy?: PolicyOptions;
  readonly propagate?: Propagate;
  readonly realTime?: boolean;
  /** Instead of the list: the directory says nothing until a list is set. */
  readonly silent?: boolean;
};

const TOLD: readonly ClientEvent[] = ['picked', 'retried', 'hedged', 'ejected', 'opened', 'half_opened', 'closed', 'paused', 'overloaded'];

/** Services and calls for each test; all is taken away after it. */
export function useUpstreams(): {
  readonly serve: (listener: RequestListener) => Promise<Upstream>;
  /** A port where nobody listens. */
  readonly deadPort: () => Promise<number>;
  readonly callsOf: (endpoints: readonly (Endpoint | number)[], options?: CallingOptions) => Calling;
  readonly cleanUp: (act: () => unknown) => void;
} {
  const cleanup: (() => unknown)[] = [];

  afterEach(async () => {
    for (const act of cleanup.splice(0).toReversed()) await act();
  });

  return { serve, deadPort, callsOf, cleanUp: (act) => void cleanup.push(act) };

  async function serve(listener: RequestListener): Promise<Upstream> {
    const requests: string[] = [];
    const heads: IncomingMessage[] = [];
    const sockets = new Set<Socket>();
    let opened = 0;
    const server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      heads.push(request);
      listener(request, response);
    });
    server.on('connection', (socket) => {
      opened += 1;
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const stop = (): void => {
      server.close();
      for (const socket of sockets) socket.destroy();
    };
    cleanup.push(stop);
    return { port: portOf(server), requests, heads, open: () => sockets.size, opened: () => opened, stop };
  }

  async function deadPort(): Promise<number> {
    const { port, stop } = await serve(() => undefined);
    stop();
    return port;
  }

  function callsOf(endpoints: readonly (Endpoint | number)[], options: CallingOptions = {}): Calling {
    const world = createWorld(() => 0);
    const runtime = options.realTime === true ? { ...systemRuntime, random: () => 0 } : world.runtime;
    const events = createEvents((error) => {
      throw error;
    });
    const told: string[] = [];
    for (const event of TOLD) events.on(event, (value) => told.push([event, ...wordsOf(value)].join(' ')));
    const directory = createFakeDirectory();
    const list = endpoints.map((endpoint, i) => (typeof endpoint === 'number' ? webAt(i, endpoint) : endpoint));
    if (options.silent !== true) directory.set(list, []);
    // In turn, from the first: the order of the list is the order of the attempts.
    const policy = readPolicy({ balance: 'round_robin', ...options.policy }, 'policy');
    const calls = createCalls({
      runtime,
      events,
      directory,
      policyOf: () => policy,
      zone: null,
      owner: 'tests',
      propagate: options.propagate ?? null,
    });
    cleanup.push(() => calls.close(0));
    return { calls, world, events, told, list: () => directory.current() ?? [], setList: (next, unusable = []) => directory.set(next, unusable) };
  }
}

/** An endpoint of `web` on this machine. */
export function webAt(index: number, port: number, fields: object = {}): Endpoint {
  return endpointFromWire('web', wireEndpoint(`web-${index}`, { port, ...fields }));
}

/** Answers with the method, the text and the request's body. */
export function answers(text: string, status = 200, headers: Record<string, string> = {}): RequestListener {
  return (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => response.writeHead(status, { 'x-instance': text, ...headers }).end([request.method, text, body].join(' ').trim()));
  };
}

export const breaks = (request: IncomingMessage): void => void request.socket.destroy();

/** Takes requests and keeps them, until the test answers. */
export function holds(): { readonly listener: RequestListener; readonly held: ServerResponse[] } {
  const held: ServerResponse[] = [];
  return { listener: (request, response) => void (request.resume(), held.push(response)), held };
}

type FakeDirectory = CallsOptions['directory'] & { readonly current: () => readonly Endpoint[] | null; readonly set: (list: readonly Endpoint[], unusable: readonly Endpoint[]) => void };

function createFakeDirectory(): FakeDirectory {
  const listeners = new Set<(answer: Answer) => void>();
  const waiting: (() => void)[] = [];
  let answer: Answer | null = null;
  return {
    current: () => (answer?.state === 'known' ? answer.endpoints : null),
    usable: async (service) => {
      if (answer === null) await new Promise<void>((resolve) => waiting.push(resolve));
      if (answer?.state === 'known') return answer.endpoints;
      throw new MikoError('no_endpoint', `${service} has no endpoint`);
    },
    watch: (_, listener) => {
      listeners.add(listener);
      if (answer !== null) listener(answer);
      return () => void listeners.delete(listener);
    },
    called: () => undefined,
    set: (endpoints, unusable) => {
      const common = { service: 'web', revision: 1, unusable, source: 'miko' } as const;
      answer = endpoints.length > 0 ? { ...common, state: 'known', endpoints } : { ...common, state: 'empty', cause: 'departed' };
      for (const listener of listeners) listener(answer);
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

function wordsOf(value: object): unknown[] {
  return ['instance', 'reason', 'attempt'].flatMap((name) => (name in value ? [(value as Record<string, unknown>)[name]] : []));
}
