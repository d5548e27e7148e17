import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { json, problem } from './answers.ts';
import { parsedBody, RequestLog } from './request-log.ts';
import { Script } from './script.ts';
import { Sessions } from './sessions.ts';
import { Truth } from './truth.ts';
import { Watchers } from './watchers.ts';

/**
 * A Miko that does what a scenario says: a real HTTP server with real streams (api.md), whose lists, frames, sessions and faults are scripted.
 * Without a script it answers as Miko does.
 */
export const SCRIPTED_TOKEN = 'conformance-token';

/** A long poll is answered after this time by `not_ready`: shorter than Miko's 5 s, so that scenarios need not wait. */
const LIST_WAIT_MS = 700;
const LOOK_AGAIN_MS = 10;

export class ScriptedMiko {
  readonly log = new RequestLog();
  readonly truth = new Truth();
  readonly watchers = new Watchers(this.truth);
  readonly script = new Script();
  readonly sessions: Sessions;
  /** Whether registrations show up in the lists and are told to streams. */
  listsRegistrations = false;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;

  static async start(): Promise<ScriptedMiko> {
    const miko = new ScriptedMiko();
    await miko.up();
    return miko;
  }

  private constructor() {
    this.sessions = new Sessions(
      (service, endpoint) => { if (this.listsRegistrations) this.watchers.delta(this.truth.change({ [service]: { set: [endpoint], gone: [], state: null, cause: null } })); },
      (service, instance) => {
        const endpoint = this.listsRegistrations ? this.truth.endpoint(service, instance) : undefined;
        if (endpoint === undefined) return;
        this.watchers.delta(this.truth.change({ [service]: { set: [], gone: [{ instance, id: endpoint.id, cause: 'departed' }], state: null, cause: null } }));
      },
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get isDown(): boolean {
    return this.#server === null;
  }

  /** Listens, on the same port as before. */
  up(): Promise<void> {
    const server = createServer((request, response) => void this.#handle(request, response));
    server.on('connection', socket => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {});
    });
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject).listen(this.#port, '127.0.0.1', () => {
        this.#port = (server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  /** Closes its port and breaks every connection, as a process does that is killed. */
  down(): Promise<void> {
    const server = this.#server;
    if (server === null) return Promise.resolve();
    this.#server = null;
    return new Promise(resolve => {
      server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  async stop(): Promise<void> {
    this.script.clear();
    await this.down();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://miko');
    const text = await bodyOf(request);
    const body = parsedBody(text);
    const logged = this.log.add({
      method: request.method ?? '', path: decodeURIComponent(url.pathname), query: Object.fromEntries(url.searchParams), headers: headersOf(request), body,
    });
    response.on('close', () => this.log.ended(logged, response.headersSent ? response.statusCode : null)).on('error', () => {});
    if (await this.script.take(request, logged.path, response)) return;
    if (response.destroyed) return;
    if (request.headers.authorization !== `Bearer ${SCRIPTED_TOKEN}`) return problem(response, 401, 'unauthenticated');
    this.#route(request, response, url, (body ?? {}) as Readonly<Record<string, unknown>>);
  }

  #route(request: IncomingMessage, response: ServerResponse, url: URL, body: Readonly<Record<string, unknown>>): void {
    const [, , , , resource, name, , instance, last] = url.pathname.split('/').map(decodeURIComponent);
    const { method } = request;
    if (resource === 'endpoints:watch' && method === 'GET') return this.watchers.open(request, response, url.searchParams);
    if (resource === 'endpoints' && method === 'GET') return void this.#list(request, response, url.searchParams);
    if (resource === 'sessions' && name === undefined && method === 'POST') return this.sessions.open(response, body);
    if (resource === 'sessions' && name !== undefined && method === 'PUT') return this.sessions.renew(response, name, body);
    if (resource === 'sessions' && name !== undefined && method === 'DELETE') return this.sessions.end(response, name);
    if (resource === 'services' && instance !== undefined) {
      if (last === 'health') return this.sessions.report(response, name!, instance, body);
      if (method === 'PUT') return this.sessions.register(response, name!, instance, body);
      if (method === 'DELETE') return this.sessions.deregister(response, name!, instance, url.searchParams.get('session'));
    }
    problem(response, 404, 'not_found');
  }

  /** The endpoint list: ETag, 304, and `at_least`, which waits until something happened. */
  async #list(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    const services = (query.get('service') ?? '').split(',').filter(name => name !== '' && name !== '*');
    const atLeast = Number(query.get('at_least') ?? 0);
    const end = performance.now() + LIST_WAIT_MS;
    while (this.truth.revision < atLeast && !response.destroyed) {
      if (performance.now() > end) return problem(response, 503, 'not_ready', { 'retry-after': '1' });
      await new Promise(resolve => { setTimeout(resolve, LOOK_AGAIN_MS).unref(); });
    }
    const told = this.truth.list(services, query.get('health') === 'any');
    const etag = `"${JSON.stringify(told.services).length}-${told.revision}"`;
    const headers = { etag, 'miko-cursor': this.truth.cursor };
    if (request.headers['if-none-match'] === etag) response.writeHead(304, headers).end();
    else json(response, 200, told, headers);
  }
}

const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  } catch {
    // the caller broke off: what came is what there is
  }
  return text;
}
