import { setTimeout as delay } from 'node:timers/promises';
import { path } from '../api.ts';
import type { Call } from '../call.ts';
import { createKnown, type Change, type DeltaFrame, type Known, type SnapshotFrame } from '../endpoint-changes.ts';
import { addressOf } from '../endpoint-list.ts';
import { readEvents, type StreamEvent } from '../event-stream.ts';
import { Failure, failureOfAnswer } from '../failure.ts';
import { plain, styled } from '../output.ts';
import { healthCell, stateCell } from '../state-words.ts';
import { cellText } from '../table.ts';

/** Bookmarks come at least each 10 s: a stream silent for three of them is dead. */
const SILENCE_MS = 30_000;
const LONGEST_PAUSE_MS = 10_000;

/** Prints each change until it is stopped. A lost connection is taken up again where it broke off, without gap or repeat. */
export async function watch(call: Call, services: readonly string[]): Promise<void> {
  const known = createKnown();
  let cursor = '';
  let failures = 0;
  for (;;) {
    try {
      for await (const event of openStream(call, services, cursor)) {
        if (event.id !== '') cursor = event.id;
        show(call, known, event, failures > 0);
        failures = 0;
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

async function* openStream(call: Call, services: readonly string[], cursor: string): AsyncGenerator<StreamEvent> {
  const silent = new AbortController();
  const { project } = call.settings();
  const response = await call.api().open(`${path`/v1/projects/${project}/endpoints`}:watch`, {
    query: { service: services.length === 0 ? undefined : services.join(',') },
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

function show(call: Call, known: Known, { event, data }: StreamEvent, resumed: boolean): void {
  if (resumed) call.output.note('connected again');
  if (event === 'error') {
    const problem: { readonly status?: number } = parse(data);
    throw failureOfAnswer(problem.status ?? 503, problem, null, null);
  }
  if (event === 'delta') {
    const delta: DeltaFrame = parse(data);
    return showChanges(call, known.delta(delta));
  }
  if (event !== 'snapshot') return;
  const snapshot: SnapshotFrame = parse(data);
  showChanges(call, known.snapshot(snapshot));
  for (const [name, service] of Object.entries(snapshot.services)) {
    if (service.state === 'unknown') call.output.note(`There is no service ${plain(name)} yet; it is watched for.`);
  }
}

function showChanges(call: Call, changes: readonly Change[]): void {
  const at = new Date().toISOString();
  for (const change of changes) call.output.row(() => changeText(at, change), { at, ...change });
}

function parse(data: string): ReturnType<typeof JSON.parse> {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new Failure('error', 'not_miko', 'The stream carries something that is not JSON: is that address a Miko?', { cause });
  }
}

/** `12:00:01.250  +  web/web-4  127.0.0.1:3004  passing  zone-a  rev 812`, in UTC. */
export function changeText(at: string, change: Change): string {
  const line = (mark: string, what: string, rest: string): string =>
    `${at.slice(11, 23)}  ${mark}  ${plain(what).padEnd(24)}  ${rest}  ${styled('dim', `rev ${change.revision}`)}`;
  if (change.change === 'service') {
    return line('=', change.service, `service is ${change.state}${change.cause === null ? '' : ` (${plain(change.cause)})`}`);
  }
  if (change.change === 'gone') return line('-', `${change.service}/${change.instance}`, styled('red', plain(change.cause)));
  const { endpoint, service, first } = change;
  const words = [healthCell(endpoint), ...(endpoint.state === 'active' ? [] : [stateCell(endpoint)])].map(cellText);
  const zone = endpoint.zone === null ? '' : `  ${plain(endpoint.zone)}`;
  return line(first ? '+' : '~', `${service}/${endpoint.instance}`, `${plain(addressOf(endpoint)).padEnd(21)}  ${words.join(' ')}${zone}`);
}
