import type { IncomingMessage, RequestOptions } from 'node:http';
import { Failure, failureOfAnswer, usage } from './failure.ts';
import { errorCode } from './unknown.ts';

/**
 * Calls over HTTP with node:http: a fetch costs 30 ms more at the start of every command, and has no Unix sockets.
 * An `import` of node:http costs the same 30 ms, because its namespace holds WebSocket; getBuiltinModule does not.
 * Every call has a time limit and a bound on the answer; every refusal is thrown as a `Failure`.
 */
export interface Target {
  readonly url: URL;
  /** Bearer token; null sends none. */
  readonly token: string | null;
  /** A Unix socket to speak HTTP over instead of the address in `url`. */
  readonly socketPath?: string;
}

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  /** `Miko-Revision`, present after a write. */
  readonly revision: number | null;
  /** Stands for the spec that was answered; null where the answer has none. */
  readonly etag: string | null;
}

export interface CallOptions {
  /** A list becomes the same parameter several times. */
  readonly query?: { readonly [name: string]: string | number | readonly string[] | undefined };
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
  /** For the whole call, milliseconds; 15 s where absent. */
  readonly timeoutMs?: number;
  /** Statuses that are an answer here and no failure, beside 2xx. */
  readonly accept?: readonly number[];
}

export interface Api {
  call<T>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>;
  /** A stream that stays open; the time limit is for its first byte. */
  open(path: string, options: CallOptions & { readonly signal: AbortSignal }): Promise<IncomingMessage>;
}

/** What this command understands, whatever date the token is pinned on: the newest of @miko/model (a test compares them). */
export const API_DATE = '2026-12-01';

const TIMEOUT_MS = 15_000;
const MOST_BYTES = 256 * 1024 * 1024;

/** Puts values into a path, each as one segment: path`/v1/projects/${project}/services`. An empty one would make another path of it. */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  if (values.includes('')) throw usage('A name is missing: what was given is empty');
  return String.raw({ raw: parts }, ...values.map(value => encodeURIComponent(value)));
}

export function createApi(target: Target): Api {
  return {
    async call<T>(method: string, where: string, options: CallOptions = {}): Promise<Answer<T>> {
      const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const response = await send(target, method, where, options, signal);
        return await readAnswer<T>(response, options.accept ?? []);
      } catch (error) {
        if (error instanceof Failure) throw error;
        throw transportFailure(error, target, signal.aborted ? timeoutMs : null);
      }
    },
    async open(where, options) {
      const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), timeoutMs);
      try {
        const response = await send(target, 'GET', where, options, AbortSignal.any([options.signal, late.signal]));
        if (response.statusCode !== 200) await readAnswer(response, []);
        return response;
      } catch (error) {
        if (error instanceof Failure) throw error;
        throw transportFailure(error, target, late.signal.aborted ? timeoutMs : null);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function send(target: Target, method: string, where: string, options: CallOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const body = options.body === undefined ? null : JSON.stringify(options.body);
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'miko-cli', 'miko-version': API_DATE, ...options.headers };
  if (body !== null) {
    headers['content-type'] = 'application/json';
    headers['content-length'] = String(Buffer.byteLength(body));
  }
  if (target.token !== null) headers['authorization'] = `Bearer ${target.token}`;
  const { request } = process.getBuiltinModule(target.url.protocol === 'https:' ? 'node:https' : 'node:http');
  const address: RequestOptions =
    target.socketPath === undefined
      ? { host: target.url.hostname.replace(/^\[(.*)\]$/, '$1'), port: target.url.port, protocol: target.url.protocol }
      : { socketPath: target.socketPath };
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...address, method, path: pathUnder(target.url, where, options.query), headers, signal }, resolve);
    outgoing.on('error', reject);
    outgoing.end(body ?? undefined);
  });
}

/** The base address may have a path of its own (a gateway in front). */
function pathUnder(url: URL, where: string, query: CallOptions['query'] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(
      (one: string | number) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`,
    ),
  );
  return `${url.pathname.replace(/\/+$/, '')}${where}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

async function readAnswer<T>(response: IncomingMessage, accept: readonly number[]): Promise<Answer<T>> {
  const status = response.statusCode ?? 0;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Failure('error', 'too_large', `The answer is larger than ${MOST_BYTES / 1024 / 1024} MiB`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const wanted = (status >= 200 && status < 300) || accept.includes(status);
  if (!wanted) throw failureOfAnswer(status, parseProblem(text), header(response, 'miko-request-id'), header(response, 'retry-after'));
  const body: T = parseBody(text);
  const revision = Number.parseInt(header(response, 'miko-revision') ?? '', 10);
  return { status, body, revision: Number.isSafeInteger(revision) ? revision : null, etag: header(response, 'etag') };
}

function parseProblem(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the status says enough
  }
}

/** Miko's own answers are taken at their word; an empty one (204) reads as null. */
function parseBody(text: string): ReturnType<typeof JSON.parse> {
  try {
    return JSON.parse(text === '' ? 'null' : text);
  } catch (cause) {
    throw new Failure('error', 'not_miko', 'The answer is not JSON: is that address a Miko?', {
      hints: ['Look at MIKO_URL or --url.'],
      cause,
    });
  }
}

function header(response: IncomingMessage, name: string): string | null {
  const value = response.headers[name];
  return typeof value === 'string' ? value : null;
}

function transportFailure(error: unknown, target: Target, lateMs: number | null): Failure {
  const where = target.socketPath ?? target.url.origin;
  if (lateMs !== null) {
    return new Failure('timed_out', 'timed_out', `No answer from ${where} within ${lateMs / 1000} s`, { cause: error });
  }
  const code = errorCode(error);
  const reason = reasons.get(code ?? '') ?? (error instanceof Error && error.message !== '' ? error.message : (code ?? 'no reason given'));
  const hints = target.socketPath === undefined ? ['Start it with `npm start`, or say where it is with MIKO_URL or --url.'] : [];
  return new Failure('unreachable', 'unreachable', `Cannot reach ${where}: ${reason}`, { cause: error, hints });
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ECONNRESET', 'the connection was cut'],
  ['ENOTFOUND', 'no host of that name'],
  ['EAI_AGAIN', 'the name service does not answer'],
  ['ENOENT', 'there is no such socket'],
  ['EACCES', 'permission denied'],
  ['EHOSTUNREACH', 'no route to the host'],
]);
