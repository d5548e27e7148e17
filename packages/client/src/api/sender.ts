import { createSseDecoder } from '../directory/sse.ts';
import { isRecord } from '../json.ts';
import { asMikoError, errorFromAnswer, errorFromProblem, MikoError } from '../problem.ts';
import type { Runtime } from '../runtime.ts';
import { USER_AGENT } from '../version.ts';
import { linesOf, patientText, wholeText } from './answer-text.ts';
import type { ApiAnswer, ApiCall, ApiOperation, ApiSender } from './operation.ts';
import { requestOf } from './request.ts';

export type SenderOptions = {
  /** Of Miko, without a slash at the end. */
  readonly base: string;
  readonly token: string;
  /** In which an operation happens that names none. */
  readonly project: string;
  /** Sent as `Miko-Version`. */
  readonly apiDate: string;
  readonly runtime: Runtime;
};

const MAX_EVENT_CHARS = 64 * 1024 * 1024;

/** Calls of the typed API: one attempt each. What is thrown is a MikoError, with the code of Miko's problem document. */
export function createSender({ base, token, project, apiDate, runtime }: SenderOptions): ApiSender {
  return { json, text, lines, rawLines, frames };

  async function json<T>(operation: ApiOperation, call: ApiCall = {}): Promise<ApiAnswer<T>> {
    const answer = await whole(operation, 'application/json', call);
    // What the document promises of the body is Miko's to keep; the types say it, and nothing checks it twice.
    return { ...answer, body: (answer.body === '' ? null : parsed(answer.body, operation)) as T };
  }

  function text(operation: ApiOperation, call: ApiCall = {}): Promise<ApiAnswer<string>> {
    return whole(operation, 'text/html, */*', call);
  }

  async function* lines<T>(operation: ApiOperation, call: ApiCall = {}): AsyncGenerator<T> {
    for await (const line of rawLines(operation, call)) yield parsed(line, operation) as T;
  }

  async function* rawLines(operation: ApiOperation, call: ApiCall = {}): AsyncGenerator<string> {
    yield* linesOf(streamed(operation, 'application/x-ndjson', call));
  }

  async function* frames<T>(operation: ApiOperation, events: readonly string[], call: ApiCall = {}): AsyncGenerator<T> {
    const decoder = createSseDecoder(MAX_EVENT_CHARS);
    for await (const piece of streamed(operation, 'text/event-stream', call)) {
      for (const { event, data, id } of decoder.push(piece)) {
        if (event === 'error') throw errorFromProblem(recordOf(parsed(data, operation)));
        // Events that a newer Miko has added are passed over.
        if (events.includes(event)) yield { event, data: parsed(data, operation), cursor: id === '' ? null : id } as T;
      }
    }
  }

  async function whole(operation: ApiOperation, accept: string, call: ApiCall): Promise<ApiAnswer<string>> {
    return opened(operation, accept, call, async (response) => ({
      status: response.status,
      etag: response.headers.get('etag'),
      revision: numberOf(response.headers.get('miko-revision')),
      location: response.headers.get('location'),
      cursor: response.headers.get('miko-cursor'),
      requestId: response.headers.get('miko-request-id'),
      body: await wholeText(response),
    }));
  }

  async function* streamed(operation: ApiOperation, accept: string, call: ApiCall): AsyncGenerator<string> {
    const ended = new AbortController();
    try {
      const response = await opened(operation, accept, call, async (head) => head, ended);
      yield* patientText(response, runtime, ended);
    } catch (error) {
      throw failure(error, ended, call);
    } finally {
      ended.abort();
    }
  }

  /** Sends it, and lets `read` have an answer that is none of refusal; both within the call's deadline. */
  async function opened<T>(operation: ApiOperation, accept: string, call: ApiCall, read: (response: Response) => Promise<T>, ended = new AbortController()): Promise<T> {
    const { method, path, headers, body, waitMs } = requestOf(operation, call, project);
    const cancel = runtime.after(waitMs, () => ended.abort(new MikoError('timeout', `Miko at ${base} did not answer within ${waitMs} ms`)));
    const signal = call.signal === undefined ? ended.signal : AbortSignal.any([ended.signal, call.signal]);
    try {
      const sent = { authorization: `Bearer ${token}`, 'user-agent': USER_AGENT, 'miko-version': apiDate, accept, ...headers };
      const response = await runtime.fetch(base + path, { method, headers: sent, body, signal, redirect: 'manual' });
      const { status } = response;
      if (response.ok || status === 304 || operation.alsoAnswers?.includes(status) === true) return await read(response);
      throw errorFromAnswer(status, response.headers, await wholeText(response), runtime.wallNow());
    } catch (error) {
      throw failure(error, ended, call);
    } finally {
      cancel();
    }
  }

  /** A caller that gave up gets the reason of its own signal; all else is a MikoError. */
  function failure(error: unknown, ended: AbortController, { signal }: ApiCall): unknown {
    if (signal?.aborted === true) return signal.reason;
    if (ended.signal.reason instanceof MikoError) return ended.signal.reason;
    return asMikoError(error, 'unreachable', `Miko at ${base} cannot be reached`);
  }
}

function parsed(text: string, operation: ApiOperation): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw asMikoError(error, 'bad_answer', `Miko's answer to ${operation.method} ${operation.path} is not JSON`);
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function numberOf(value: string | null): number | null {
  return value !== null && /^\d{1,16}$/.test(value) ? Number(value) : null;
}
