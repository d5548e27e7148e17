import { readFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Answer, Call } from './call.ts';
import { doubtOf, refuseConnection, refuseRequest } from './broken-http.ts';
import { sendHot, type HotAnswer, type HotRequest } from './hot.ts';
import { Repeats } from './repeats.ts';
import { discardRest, readBody } from './request-body.ts';
import { TurnsOfConnection } from './turns-of-connection.ts';
import { sinkOf } from './response-sink.ts';

/**
 * The transport: node:http, and nothing Miko decides. A framework in between cost a quarter of the rate of small
 * requests and took no work off the pipeline, which does routing, bodies and errors itself.
 */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  /** How long a sender may take; `patience` where absent. */
  readonly patience?: Patience;
  /** An answer that is encoded already, before anything else is looked at; null: there is none. */
  hot(request: HotRequest): HotAnswer | null;
  serve(call: Call): Promise<Answer>;
  /** Told of an answer that could not be sent; its connection is closed. */
  failed(error: unknown): void;
}

export interface Listener {
  readonly port: number;
  /** No new connections; idle ones end at once, busy ones after their answer or `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Milliseconds; slow senders live up to a limit plus one checking interval. */
export interface Patience {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkEveryMs: number;
}
export const patience: Patience = { headersMs: 10_000, requestMs: 30_000, checkEveryMs: 2_000 };

const KEEP_ALIVE_MS = 65_000;

const limitsOf = ({ headersMs, requestMs, checkEveryMs }: Patience): http.ServerOptions => ({
  headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: checkEveryMs, keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: 16_384, noDelay: true,
  // Looked at below, where the refusal can be told.
  requireHostHeader: false,
});

export async function listen(options: ListenOptions): Promise<Listener> {
  const refused = new WeakSet<Duplex>();
  const fail = (error: unknown, response: ServerResponse): void => {
    options.failed(error);
    response.destroy();
  };
  const hot = (request: HotRequest): HotAnswer | null => {
    try {
      return options.hot(request);
    } catch (error) {
      options.failed(error);
      return null;
    }
  };
  const turns = new TurnsOfConnection();
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    // What follows a refusal on its connection is as doubtful, and has been parsed already: it is not run.
    if (refused.has(request.socket)) return;
    const doubt = doubtOf(request);
    if (doubt !== null) {
      refused.add(request.socket);
      refuseRequest(response, doubt);
      return;
    }
    turns.wait(request, response, () => take(request, response));
  };
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const encoded = hot(request);
    if (encoded === null) {
      answer(options, request, response).catch((error: unknown) => fail(error, response));
    } else {
      sendHot(response, encoded);
      repeats.answered(request, response);
    }
  };
  const repeats = new Repeats(KEEP_ALIVE_MS, hot, () => server.listening);
  const limits = limitsOf(options.patience ?? patience);
  const server = options.tls === null
    ? http.createServer(limits, onRequest)
    : https.createServer({ ...limits, cert: readFileSync(options.tls.certFile), key: readFileSync(options.tls.keyFile), minVersion: 'TLSv1.2' }, onRequest);
  // Header fields are bounded by their size; beyond a count node would drop some without a word.
  server.maxHeadersCount = 0;
  server.on('clientError', refuseConnection);
  server.on('connect', (_request, socket) => refuseConnection(new Error('Miko is no proxy'), socket));
  // An expectation that is not known may be passed over (RFC 9110, section 10.1.1).
  server.on('checkExpectation', onRequest);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, 4_096, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close(graceMs) {
      const closed = new Promise(resolve => server.close(resolve));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

async function answer(options: ListenOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call: Call = {
    method: request.method!, url: request.url!, headers: request.headers, remote: request.socket.remoteAddress ?? '',
    body: limit => readBody(request, limit),
  };
  const { status, headers, body } = await options.serve(call);
  if (response.destroyed) return;
  if (body !== null && typeof body !== 'string') {
    response.writeHead(status, headers);
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.flushHeaders();
    request.socket.setTimeout(0);
    body.open(sinkOf(response));
    return;
  }
  const isRead = request.complete;
  if (!isRead) response.shouldKeepAlive = false;
  response.writeHead(status, body === null ? headers : { ...headers, 'content-length': String(body.length) });
  const shown = body === null || request.method === 'HEAD' ? '' : body;
  if (isRead) {
    // Bodies are ASCII: so told, head and body leave in one write.
    response.end(shown, 'latin1');
    return;
  }
  response.flushHeaders();
  if (shown !== '') response.write(shown);
  discardRest(request, () => response.end());
}
