import type { CallOptions } from '@miko/client';
import { bad, maybeText, number, text, textOr, type Args } from './args.ts';
import type { HeldClient } from './held-client.ts';
import { isRecord } from './words.ts';

/** What came of one call. */
export interface Called {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Its first 1000 characters; empty where it was not to be read. */
  readonly body: string;
  /** To its end, or to its head where the body was not to be read. */
  readonly ms: number;
}

const MOST_BODY = 1_000;

/** Calls a service once, in the way that is asked for. */
export async function callOnce(held: HeldClient, args: Args): Promise<Called> {
  const began = performance.now();
  const response = await send(held, args);
  if (args['read_body'] === false) held.atEnd(() => void response.body?.cancel().catch(() => undefined));
  const body = args['read_body'] === false ? '' : (await response.text()).slice(0, MOST_BODY);
  return { status: response.status, headers: Object.fromEntries(response.headers), body, ms: Math.round(performance.now() - began) };
}

function send(held: HeldClient, args: Args): Promise<Response> {
  const [service, path] = [text(args, 'service'), textOr(args, 'path', '/')];
  const via = textOr(args, 'via', 'fetch');
  if (via === 'fetch') return held.client.fetch({ service, path }, { ...requestOf(args), miko: optionsOf(args) });
  if (via !== 'dispatcher') throw bad('via', 'fetch or dispatcher');
  // Node's own fetch, which knows nothing of Miko but the dispatcher.
  const request: object = { ...requestOf(args), dispatcher: held.client.dispatcher(optionsOf(args)) };
  return fetch(`http://${service}${path}`, request).catch((error: unknown) => {
    throw error instanceof TypeError && error.cause !== undefined ? error.cause : error;
  });
}

function requestOf(args: Args): RequestInit {
  const body = maybeText(args, 'body');
  const headers = isRecord(args['headers']) ? (args['headers'] as Record<string, string>) : {};
  const request = { method: textOr(args, 'method', 'GET'), headers, redirect: 'manual' as const };
  if (body === undefined) return request;
  // `duplex` is what fetch asks of a body that it cannot send twice.
  return args['stream_body'] === true ? { ...request, body: new Blob([body]).stream(), duplex: 'half' } : { ...request, body };
}

function optionsOf(args: Args): CallOptions {
  return {
    ...(args['timeout_ms'] === undefined ? {} : { timeoutMs: args['timeout_ms'] === null ? null : number(args, 'timeout_ms') }),
    ...(args['hedge_after_ms'] === undefined ? {} : { hedgeAfterMs: args['hedge_after_ms'] === null ? null : number(args, 'hedge_after_ms') }),
    ...(maybeText(args, 'hash_key') === undefined ? {} : { hashKey: text(args, 'hash_key') }),
    ...(typeof args['idempotent'] === 'boolean' ? { idempotent: args['idempotent'] } : {}),
  };
}
