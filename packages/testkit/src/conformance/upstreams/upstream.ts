import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createH2c, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { parsedBody, RequestLog, type Seen, type Wanted } from '../miko/request-log.ts';
import { Behaviours, type Behaviour } from './behaviour.ts';

/** A server behind an endpoint: real sockets, scripted behaviour, and a memory of everything it was sent. Answers carry `x-instance`. */

export interface SeenUpstream extends Seen {
  /** Ever accepted, and now open. */
  readonly connections: number;
  readonly open_connections: number;
  /** Requests whose caller broke off before they were answered. */
  readonly abandoned: number;
  /** The version of HTTP of the last request. */
  readonly http_version: string | null;
}

/** `http`: HTTP/1.1 · `h2c`: HTTP/2 with prior knowledge, and nothing else · `half_open`: takes connections and never reads from them. */
export const upstreamKinds = ['http', 'h2c', 'half_open'] as const;
export type UpstreamKind = (typeof upstreamKinds)[number];

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

export class Upstream {
  readonly instance: string;
  readonly behaviours = new Behaviours();
  readonly log = new RequestLog();
  readonly #kind: UpstreamKind;
  readonly #sockets = new Set<Socket>();
  readonly #held: (() => void)[] = [];
  #server: Server | null = null;
  #port = 0;
  #connections = 0;
  #abandoned = 0;
  #httpVersion: string | null = null;

  static async start(instance: string, kind: UpstreamKind): Promise<Upstream> {
    const upstream = new Upstream(instance, kind);
    await upstream.up();
    return upstream;
  }

  private constructor(instance: string, kind: UpstreamKind) {
    this.instance = instance;
    this.#kind = kind;
  }

  get port(): number {
    return this.#port;
  }

  /** Listens, on the same port as before. */
  up(): Promise<void> {
    const server = this.#create();
    server.on('connection', (socket: Socket) => {
      this.#connections += 1;
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

  /** Closes its port and breaks every connection: from now on connecting is refused. */
  down(): Promise<void> {
    const server = this.#server;
    if (server === null) return Promise.resolve();
    this.#server = null;
    return new Promise(resolve => {
      server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  /** Lets go of everything that is held. */
  release(): void {
    for (const go of this.#held.splice(0)) go();
  }

  async stop(): Promise<void> {
    this.release();
    await this.down();
  }

  seen(wanted: Wanted): SeenUpstream {
    return {
      ...this.log.seen(wanted), connections: this.#connections, open_connections: this.#sockets.size, abandoned: this.#abandoned, http_version: this.#httpVersion,
    };
  }

  #create(): Server {
    const handle = (request: Request, response: Response): void => void this.#handle(request, response);
    if (this.#kind === 'half_open') return createTcp({ pauseOnConnect: true });
    // Idle connections are for the client to close: a server that did it first would hide whether it does.
    return this.#kind === 'h2c' ? createH2c(handle) : createServer({ keepAliveTimeout: 0 }, handle);
  }

  async #handle(request: Request, response: Response): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://upstream');
    this.#httpVersion = request.httpVersion;
    const behaviour = this.behaviours.next();
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !name.startsWith(':')).map(([name, value]) => [name, String(value)]));
    const text = await bodyOf(request);
    const logged = this.log.add({ method: request.method ?? '', path: url.pathname, query: Object.fromEntries(url.searchParams), headers, body: parsedBody(text) });
    response.on('close', () => {
      if (!response.writableEnded) this.#abandoned += 1;
      this.log.ended(logged, response.writableEnded ? behaviour.status : null);
    });
    response.on('error', () => {});
    await this.#behave(behaviour, request, response, behaviour.echo ? JSON.stringify({ method: logged.method, path: logged.path, headers, body: text }) : null);
  }

  async #behave(behaviour: Behaviour, request: Request, response: Response, echo: string | null): Promise<void> {
    if (behaviour.hang) return;
    if (behaviour.delay_ms > 0) await new Promise(resolve => { setTimeout(resolve, behaviour.delay_ms).unref(); });
    if (behaviour.hold) await this.#release(response);
    if (response.destroyed) return;
    if (behaviour.reset === 'before_head') return void request.socket.resetAndDestroy();
    const body = echo ?? behaviour.body ?? this.instance;
    const whole = behaviour.status === 204 || request.method === 'HEAD' ? '' : body;
    const length = whole === '' && request.method !== 'HEAD' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    (response as ServerResponse).writeHead(behaviour.status, { 'content-type': 'text/plain; charset=utf-8', 'x-instance': this.instance, ...length, ...behaviour.headers });
    if (behaviour.reset === null && !behaviour.hold_body) return void response.end(whole);
    await new Promise<void>(resolve => { (response as ServerResponse).write(whole.slice(0, Math.ceil(whole.length / 2)), () => resolve()); });
    if (behaviour.reset === 'mid_body') return void request.socket.resetAndDestroy();
    await this.#release(response);
    response.end(whole.slice(Math.ceil(whole.length / 2)));
  }

  /** Until the scenario lets go, or the caller does. */
  #release(response: Response): Promise<void> {
    return new Promise(resolve => {
      this.#held.push(resolve);
      response.on('close', resolve);
    });
  }
}

async function bodyOf(request: Request): Promise<string> {
  let text = '';
  try {
    for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  } catch {
    // the caller broke off
  }
  return text;
}
