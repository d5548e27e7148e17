import type { Counted } from '../calls/tally.ts';
import { CALL_LIMIT_MS, CLIENT, MOST_UNDERWAY, READY_LIMIT_MS, services } from '../plan.ts';
import { MOST_REASONS, type Standing } from './account.ts';

/**
 * What the client's program in another language is told when it starts, and what it tells: a line of JSON each second.
 *
 *     {"took_ms": 1000.2, "errors": 0, "skipped": 0, "answered": {"web": {"web-1": 27, "web-3": 53}, ...},
 *      "latencies_ms": {"1.9": 12, "2.0": 31}, "connected": true, "stale_ms": null, "reasons": []}
 *
 * `latencies_ms` says how often an answer took so long, to a tenth of a millisecond, and `stale_ms` for how long the lists
 * may have been old. `reasons` are the first of the second's failures.
 */
export interface Told {
  readonly tookMs: number;
  readonly counted: Counted;
  readonly standing: Standing;
  readonly reasons: readonly string[];
}

/** Its one argument. What it must not say aloud, its token, is in the environment. */
export function orders(): string {
  return JSON.stringify({
    owner: CLIENT,
    ready_limit_ms: READY_LIMIT_MS,
    call_limit_ms: CALL_LIMIT_MS,
    most_underway: MOST_UNDERWAY,
    most_reasons: MOST_REASONS,
    services: services.map(({ service, speech, callsPerSecond }) => ({ service, speech, calls_per_second: callsPerSecond })),
  });
}

/** Of one line: more says that the program is out of its mind. */
const MOST_CALLS = 100_000;
export const MOST_LINE_CHARS = 100_000;

/** Throws an Error that names the field. */
export function readTold(line: string): Told {
  const told = record('the line', JSON.parse(line));
  const answered = Object.entries(record('answered', told['answered'])).map(([service, counts]) => [service, countsIn(`answered.${service}`, counts)] as const);
  const latencies = Object.entries(countsIn('latencies_ms', told['latencies_ms'])).map(([ms, times]) => ({ ms: number('latencies_ms', Number(ms)), times }));
  const { connected, reasons } = told;
  if (typeof connected !== 'boolean') throw new Error('connected must be true or false');
  if (!Array.isArray(reasons) || !reasons.every(reason => typeof reason === 'string')) throw new Error('reasons must be a list of strings');
  return {
    tookMs: number('took_ms', told['took_ms']),
    counted: { errors: count('errors', told['errors']), skipped: count('skipped', told['skipped']), answered: Object.fromEntries(answered), latencies },
    standing: { connected, staleForMs: told['stale_ms'] === null ? null : number('stale_ms', told['stale_ms']) },
    reasons,
  };
}

function countsIn(name: string, value: unknown): Record<string, number> {
  return Object.fromEntries(Object.entries(record(name, value)).map(([key, calls]) => [key, count(`${name}.${key}`, calls)]));
}

function record(name: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${name} must be an object`);
  return value as Record<string, unknown>;
}

function count(name: string, value: unknown): number {
  const calls = number(name, value);
  if (!Number.isInteger(calls) || calls > MOST_CALLS) throw new Error(`${name} must be a whole number up to ${MOST_CALLS}`);
  return calls;
}

function number(name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw new Error(`${name} must be a number from 0`);
  return value;
}
