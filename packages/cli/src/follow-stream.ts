import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from './api.ts';
import type { Call } from './call.ts';
import { readEvents, type StreamEvent } from './event-stream.ts';
import { Failure, failureOfAnswer } from './failure.ts';
import { plain } from './output.ts';

/** Bookmarks come at least each 10 s: a stream silent for three of them is dead. */
const SILENCE_MS = 30_000;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Follows a stream of Miko until the command is stopped: a lost connection is taken up again where it broke off, without
 * gap or repeat. What is refused before the first event is thrown, and so is a refusal that waiting does not mend.
 */
export async function followStream(call: Call, where: string, query: NonNullable<CallOptions['query']>, show: (event: StreamEvent) => void): Promise<never> {
  let cursor = '';
  let failures = 0;
  for (;;) {
    try {
      for await (const event of openStream(call, where, query, cursor)) {
        if (event.id !== '') cursor = event.id;
        if (failures > 0) call.output.note('connected again');
        failures = 0;
        if (event.event === 'error') {
          const problem: { readonly status?: number } = parseFrame(event.data);
          throw failureOfAnswer(problem.status ?? 503, problem, null, null);
        }
        show(event);
      }
      throw new Failure('unreachable', 'stream_ended', 'Miko ended the stream');
    } catch (error) {
      // Before the first event there is nothing to resume: whatever is wrong is the caller's to know.
      if (!(error instanceof Failure) || cursor === '' || (error.exit !== 'unreachable' && error.exit !== 'timed_out')) throw error;
      failures += 1;
      const pauseMs = Math.random() * Math.min(LONGEST_PAUSE_MS, 250 * 2 ** failures);
      if (failures === 1) call.output.warn(`${plain(error.message)}; trying again until it answers`);
      await delay(pauseMs);
    }
  }
}

/** The data of an event, which is Miko's own and taken at its word. */
export function parseFrame(data: string): ReturnType<typeof JSON.parse> {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new Failure('error', 'not_miko', 'The stream carries something that is not JSON: is that address a Miko?', { cause });
  }
}

async function* openStream(call: Call, where: string, query: NonNullable<CallOptions['query']>, cursor: string): AsyncGenerator<StreamEvent> {
  const silent = new AbortController();
  const response = await call.api().open(where, {
    query,
    headers: { accept: 'text/event-stream', ...(cursor === '' ? {} : { 'last-event-id': cursor }) },
    signal: silent.signal,
  });
  let timer = setTimeout(() => silent.abort(), SILENCE_MS);
  try {
    for await (const event of readEvents(response as AsyncIterable<Uint8Array>)) {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), SILENCE_MS);
      yield event;
    }
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const reason = silent.signal.aborted ? `Nothing came for ${SILENCE_MS / 1000} s` : 'The connection broke';
    throw new Failure('unreachable', 'stream_lost', reason, { cause });
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
}
