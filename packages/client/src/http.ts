import { asMikoError, describe, errorFromAnswer, MikoError } from './problem.ts';
import type { Runtime } from './runtime.ts';
import { API_DATE, USER_AGENT } from './version.ts';

/** Calls to Miko itself. Everything thrown is a MikoError. */
export type Http = {
  /** One call: the parsed JSON of a 2xx answer, null for 204. Ends after `timeoutMs` (default 5 s). */
  readonly call: (method: string, path: string, options?: CallOptions) => Promise<unknown>;
  /** A GET for what may be held already under `etag`: null when that is still so. `ended` ends it at any time. */
  readonly getChanged: (path: string, etag: string | null, ended: AbortController) => Promise<Changed | null>;
  /** Opens an event stream and answers when its head has come, within 10 s; `ended` ends it at any time. */
  readonly openStream: (path: string, headers: Readonly<Record<string, string>>, ended: AbortController) => Promise<Response>;
};

export type CallOptions = { readonly body?: unknown; readonly timeoutMs?: number };
export type Changed = { readonly text: string; readonly etag: string | null };

const CALL_TIMEOUT_MS = 5_000;
/** Miko may take 5 s to see a revision it is asked for. */
const LIST_TIMEOUT_MS = 10_000;
const STREAM_HEAD_TIMEOUT_MS = 10_000;
const MAX_ANSWER_CHARS = 1024 * 1024;
const MAX_LIST_CHARS = 64 * 1024 * 1024;
const NOT_MODIFIED = 304;

export function createHttp(base: string, token: string, runtime: Runtime): Http {
  const headers = { authorization: `Bearer ${token}`, 'user-agent': USER_AGENT, 'miko-version': API_DATE };

  return { call, getChanged, openStream };

  async function call(method: string, path: string, options: CallOptions = {}): Promise<unknown> {
    const body = options.body === undefined ? null : JSON.stringify(options.body);
    const sent = { ...headers, accept: 'application/json', ...(body === null ? {} : { 'content-type': 'application/json' }) };
    return within(options.timeoutMs ?? CALL_TIMEOUT_MS, new AbortController(), async (signal) => {
      const response = await runtime.fetch(base + path, { method, headers: sent, body, signal, redirect: 'error' });
      const text = await readBounded(response, MAX_ANSWER_CHARS);
      if (!response.ok) throw refusal(response, text);
      return text === '' ? null : parse(text, path);
    });
  }

  async function getChanged(path: string, etag: string | null, ended: AbortController): Promise<Changed | null> {
    const sent = { ...headers, accept: 'application/json', ...(etag === null ? {} : { 'if-none-match': etag }) };
    return within(LIST_TIMEOUT_MS, ended, async (signal) => {
      const response = await runtime.fetch(base + path, { headers: sent, signal, redirect: 'error' });
      const text = await readBounded(response, MAX_LIST_CHARS);
      if (response.status === NOT_MODIFIED) return null;
      if (!response.ok) throw refusal(response, text);
      return { text, etag: response.headers.get('etag') };
    });
  }

  async function openStream(path: string, more: Readonly<Record<string, string>>, ended: AbortController): Promise<Response> {
    const sent = { ...headers, accept: 'text/event-stream', ...more };
    return within(STREAM_HEAD_TIMEOUT_MS, ended, async (signal) => {
      const response = await runtime.fetch(base + path, { headers: sent, signal, redirect: 'error' });
      if (response.ok && response.body !== null) return response;
      throw refusal(response, await readBounded(response, MAX_ANSWER_CHARS));
    });
  }

  async function within<T>(ms: number, ended: AbortController, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const cancel = runtime.after(ms, () => ended.abort(timeout(ms)));
    try {
      return await act(ended.signal);
    } catch (error) {
      throw failure(error, ended.signal);
    } finally {
      cancel();
    }
  }

  function refusal(response: Response, text: string): MikoError {
    return errorFromAnswer(response.status, response.headers, text, runtime.wallNow());
  }

  function failure(error: unknown, signal: AbortSignal): MikoError {
    if (signal.aborted && signal.reason instanceof MikoError) return signal.reason;
    if (error instanceof MikoError) return error;
    return new MikoError('unreachable', `Miko at ${base} cannot be reached: ${describe(error)}`, { cause: error });
  }

  function timeout(ms: number): MikoError {
    return new MikoError('timeout', `Miko at ${base} did not answer within ${ms} ms`);
  }
}

async function readBounded(response: Response, maxChars: number): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > maxChars) throw new MikoError('bad_answer', `Miko's answer is longer than ${maxChars} characters`);
  }
  return text + decoder.decode();
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw asMikoError(error, 'bad_answer', `Miko's answer to ${path} is not JSON`);
  }
}
