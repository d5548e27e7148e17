import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isRecord } from '../json.ts';
import type { WireEndpoint } from '../wire.ts';
import { portOf } from './port-of.ts';

/**
 * A Miko that does what a test says: real HTTP on a port of its own, sessions with generations and fencing as in the
 * contract, and streams whose every byte after the first frame is the test's.
 */
export type FakeMiko = {
  readonly url: string;
  readonly calls: readonly FakeCall[];
  readonly sessions: ReadonlyMap<string, FakeSession>;
  /** `service/instance` -> the id of the session that registered it last. */
  readonly endpoints: ReadonlyMap<string, string>;
  /** Every stream ever opened, in order. */
  readonly streams: readonly FakeStream[];
  /** What a snapshot tells, by service; what is not here is `unknown`. */
  readonly lists: Map<string, unknown>;
  /** Something between here and there spoils each stream from now on: it brings nothing, ends at once, or is a page; null mends it. */
  readonly spoilStreams: (how: 'silent' | 'ended' | 'page' | null) => void;
  /** The cursors that can be resumed; any other gets a snapshot. */
  readonly cursors: Set<string>;
  /** Answers the next `times` calls that begin so (`POST /v1/`) with a problem; status 0 breaks the connection instead. */
  readonly refuse: (begin: string, status: number, code: string, options?: { times?: number; headers?: Record<string, string> }) => void;
  /** Removals of endpoints wait, as for callers that have not let go, until the function it answers is called. */
  readonly holdRemovals: () => () => void;
  readonly forgetSession: (id: string) => void;
  readonly fenceSession: (id: string) => void;
  /** Stops listening and cuts every connection; `up` listens on the same port again. */
  readonly down: () => Promise<void>;
  readonly up: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export type FakeCall = { readonly method: string; readonly path: string; readonly body: Record<string, unknown>; readonly token: string | null };
export type FakeSession = { readonly owner: string; readonly generation: number; state: 'open' | 'fenced' | 'gone'; applied: number | null };

export type FakeStream = {
  readonly services: readonly string[];
  readonly session: string | null;
  readonly lastEventId: string | null;
  readonly isOpen: () => boolean;
  readonly send: (event: string, data: unknown, id?: string) => void;
  readonly write: (raw: string) => void;
  /** Ends it as a server does that has nothing more to say. */
  readonly end: () => void;
  /** Breaks the connection. */
  readonly cut: () => void;
};

type Refusal = { readonly begin: string; readonly status: number; readonly code: string; readonly headers: Record<string, string>; left: number };

export const TOKEN = 'test-token';

export async function startFakeMiko(): Promise<FakeMiko> {
  const calls: FakeCall[] = [];
  const sessions = new Map<string, FakeSession>();
  const endpoints = new Map<string, string>();
  const streams: FakeStream[] = [];
  const lists = new Map<string, unknown>();
  const cursors = new Set<string>();
  const refusals: Refusal[] = [];
  let spoilt: 'silent' | 'ended' | 'page' | null = null;
  let latest = 0;
  let removals = Promise.resolve();
  const sockets = new Set<Socket>();
  let server = await listen(0);
  const port = portOf(server);

  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    sessions,
    endpoints,
    streams,
    lists,
    spoilStreams: (how) => void (spoilt = how),
    cursors,
    refuse: (begin, status, code, options = {}) =>
      void refusals.push({ begin, status, code, headers: options.headers ?? {}, left: options.times ?? 1 }),
    holdRemovals: () => {
      const held = Promise.withResolvers<void>();
      removals = held.promise;
      return held.resolve;
    },
    forgetSession: (id) => change(id, 'gone'),
    fenceSession: (id) => change(id, 'fenced'),
    down,
    up: async () => {
      server = await listen(port);
    },
    close: down,
  };

  function listen(on: number): Promise<Server> {
    const fresh = createServer((request, response) => {
      void handle(request, response);
    });
    fresh.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    return new Promise((resolve, reject) => {
      fresh.once('error', reject);
      fresh.listen(on, '127.0.0.1', () => resolve(fresh));
    });
  }

  function down(): Promise<void> {
    return new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  }

  function change(id: string, state: FakeSession['state']): void {
    const session = sessions.get(id);
    if (session !== undefined) session.state = state;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const path = request.url ?? '';
    const body = await readBody(request);
    const token = request.headers.authorization?.replace('Bearer ', '') ?? null;
    calls.push({ method, path, body, token });
    const refusal = refusals.find((one) => one.left > 0 && `${method} ${path}`.startsWith(one.begin));
    if (refusal !== undefined) {
      refusal.left -= 1;
      if (refusal.status === 0) return void request.socket.destroy();
      return problem(response, refusal.status, refusal.code, refusal.headers);
    }
    if (token !== TOKEN) return problem(response, 401, 'unauthenticated');
    const url = new URL(path, 'http://miko');
    const [resource, ...rest] = url.pathname.split('/').slice(4).map(decodeURIComponent);
    if (resource === 'endpoints') return list(request, response, url);
    if (resource === 'endpoints:watch') return watch(request, response, url);
    if (resource === 'sessions') return session(response, method, rest[0], body);
    if (resource === 'services') return endpoint(response, method, `${rest[0]}/${rest[2]}`, rest[2] ?? '', body, url);
    return problem(response, 404, 'not_found');
  }

  function session(response: ServerResponse, method: string, id: string | undefined, body: Record<string, unknown>): void {
    if (method === 'POST') return openSession(response, String(body.owner), Number(body.ttl_seconds));
    const held = id === undefined ? undefined : sessions.get(id);
    if (held === undefined || held.state === 'gone') return problem(response, 404, 'session_not_found');
    if (held.state === 'fenced') return problem(response, 409, 'fenced');
    if (method === 'DELETE') {
      held.state = 'gone';
      return void response.writeHead(204).end();
    }
    held.applied = typeof body.applied === 'number' ? body.applied : null;
    return json(response, 200, { id, owner: held.owner, generation: held.generation, ttl_seconds: 9, renew_every_seconds: 3 });
  }

  function openSession(response: ServerResponse, owner: string, ttl: number): void {
    for (const older of sessions.values()) if (older.owner === owner && older.state === 'open') older.state = 'fenced';
    const generation = [...sessions.values()].filter((one) => one.owner === owner).length + 1;
    const id = `ses_${sessions.size + 1}`;
    sessions.set(id, { owner, generation, state: 'open', applied: null });
    json(response, 201, { id, owner, generation, ttl_seconds: ttl, renew_every_seconds: Math.max(1, Math.floor(ttl / 3)) });
  }

  function endpoint(response: ServerResponse, method: string, key: string, instance: string, body: Record<string, unknown>, url: URL): void {
    const id = method === 'DELETE' ? url.searchParams.get('session') : String(body.session);
    const held = id === null ? undefined : sessions.get(id);
    if (held === undefined || held.state === 'gone' || id === null) return problem(response, 404, 'session_not_found');
    if (held.state === 'fenced') return problem(response, 409, 'fenced');
    if (url.pathname.endsWith('/health')) return json(response, 200, {});
    if (method === 'DELETE') {
      endpoints.delete(key);
      return void removals.then(() => response.writeHead(204).end());
    }
    endpoints.set(key, id);
    return json(response, 201, wireEndpoint(instance, { ...body, id: `ep_${instance}_${id}` }));
  }

  function watch(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const header = request.headers['last-event-id'];
    const lastEventId = typeof header === 'string' ? header : url.searchParams.get('since');
    const services = (url.searchParams.get('service') ?? '').split(',');
    const send = (event: string, data: unknown, id?: string): void => {
      if (isRecord(data) && typeof data.revision === 'number') latest = data.revision;
      if (id !== undefined) cursors.add(id);
      response.write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
    };
    if (spoilt === 'page') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Welcome</p>');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    if (spoilt === 'ended') return void response.end();
    const stream: FakeStream = {
      services,
      session: url.searchParams.get('session'),
      lastEventId,
      isOpen: () => !response.closed,
      send,
      write: (raw) => void response.write(raw),
      end: () => void response.end(),
      cut: () => void response.socket?.destroy(),
    };
    if (spoilt === null) {
      if (lastEventId === null || !cursors.has(lastEventId)) send('snapshot', snapshot(services), `c${streams.length}`);
      else send('bookmark', { revision: latest }, lastEventId);
    }
    streams.push(stream);
  }

  /** As Miko, which does not make a question with `at_least` wait here: the test's time stands still meanwhile. */
  function list(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const shown = snapshot((url.searchParams.get('service') ?? '').split(','));
    if (Number(url.searchParams.get('at_least') ?? 0) > shown.revision) return problem(response, 503, 'not_ready', { 'retry-after': '1' });
    const etag = `"${createHash('sha256').update(JSON.stringify(shown)).digest('hex')}"`;
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
    response.writeHead(200, { 'content-type': 'application/json', etag }).end(JSON.stringify(shown));
  }

  function snapshot(services: readonly string[]): { readonly revision: number; readonly services: object } {
    const shown = services.map((name) => [name, lists.get(name) ?? { state: 'unknown', endpoints: [] }] as const);
    const revisions = shown.map(([, list]) => (isRecord(list) && typeof list.revision === 'number' ? list.revision : 0));
    return { revision: Math.max(0, ...revisions), services: Object.fromEntries(shown) };
  }
}

/** An endpoint as the directory shows it. */
export function wireEndpoint(instance: string, fields: Partial<WireEndpoint> = {}): WireEndpoint {
  return {
    id: `ep_${instance}`,
    instance,
    host: '127.0.0.1',
    port: 8080,
    protocol: 'http',
    public_url: null,
    zone: null,
    weight: 100,
    tags: [],
    labels: {},
    health: 'passing',
    state: 'active',
    revision: 1,
    ...fields,
  };
}

export function knownList(revision: number, endpoints: readonly WireEndpoint[]): object {
  return { state: 'known', cause: null, revision, endpoints };
}

export function emptyList(revision: number, cause: string): object {
  return { state: 'empty', cause, revision, endpoints: [] };
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, code: string, headers: Record<string, string> = {}): void {
  const body = { type: 'about:blank', title: code, status, code, detail: `refused: ${code}`, request_id: 'req_1', errors: [] };
  response.writeHead(status, { 'content-type': 'application/problem+json', 'miko-request-id': 'req_1', ...headers }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const value: unknown = text === '' ? {} : JSON.parse(text);
  return isRecord(value) ? value : {};
}
