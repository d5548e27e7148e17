import type { LookupFunction } from 'node:net';
import type { Outcome } from '@miko/model';

/** Whom a probe calls. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
}

/** What a probe is lent: the guarded look-up, and a signal that calls it off. */
export interface ProbeContext {
  readonly lookup: LookupFunction;
  readonly signal: AbortSignal;
}

/** `text`: for people, at most 256 printable characters. */
export interface ProbeResult extends Outcome {
  readonly text: string;
}

/** Receives the one result of an attempt; later ones are ignored. */
export type Settle = (result: ProbeResult) => void;

/** Starts a probe, resolving names by the `lookup` given; returns what lets go of all that the probe holds. */
export type Begin = (settle: Settle, lookup: LookupFunction) => () => void;

/**
 * Runs one probe under its deadline. What it holds (sockets above all) is let go as soon as there is a result,
 * whatever the result and whatever state the probe is in. Never rejects: a throw of `begin` is a result too.
 * Called off, it ends at once without evidence.
 */
export function attempt(timeoutMs: number, { lookup, signal }: ProbeContext, begin: Begin): Promise<ProbeResult> {
  return new Promise(resolve => {
    let isSettled = false;
    let isResolving = false;
    let release: (() => void) | null = null;
    const startedAt = performance.now();

    const settle: Settle = result => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(deadline);
      signal.removeEventListener('abort', callOff);
      release?.();
      resolve(result);
    };
    const callOff = (): void => settle(lostProbe('called off'));
    const watchedLookup: LookupFunction = (host, options, callback) => {
      isResolving = true;
      lookup(host, options, (...answer) => {
        isResolving = false;
        callback(...answer);
      });
    };
    const deadline = setTimeout(() => settle(overdue(timeoutMs, performance.now() - startedAt, isResolving)), timeoutMs);

    signal.addEventListener('abort', callOff);
    if (signal.aborted) return callOff();
    try {
      release = begin(settle, watchedLookup);
    } catch (error) {
      return settle(failedProbe(error));
    }
    if (isSettled) release();
  });
}

/** A deadline noticed this much too late tells that Miko's own loop stood still: the answer may lie unread in the socket. */
const LATE_MS = 250;

function overdue(timeoutMs: number, elapsedMs: number, isResolving: boolean): ProbeResult {
  if (isResolving) return lostProbe(`the name was not resolved within ${timeoutMs} ms`);
  if (elapsedMs > timeoutMs + LATE_MS) return lostProbe(`no answer seen within ${timeoutMs} ms, but Miko itself was late`);
  return badProbe(`no answer within ${timeoutMs} ms`);
}

export const goodProbe = (text: string): ProbeResult => ({ good: true, warning: false, text: printable(text) });
export const badProbe = (text: string): ProbeResult => ({ good: false, warning: false, text: printable(text) });
export const lostProbe = (text: string): ProbeResult => ({ good: false, warning: false, lost: true, text: printable(text) });

/** A connection that failed is bad, unless it failed for want of something on Miko's side. */
export function failedProbe(error: unknown): ProbeResult {
  const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const text = causes.map(cause => (cause instanceof Error ? cause.message || cause.name : String(cause))).join('; ');
  return causes.length > 0 && causes.every(isOwnFault) ? lostProbe(text) : badProbe(text);
}

const isOwnFault = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && ownFaults.has(String(cause.code));

/** Out of descriptors, memory or ports; no network or no name service: said by Miko's host, not by the endpoint. */
const ownFaults: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
  'ENETDOWN',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ELOOKUPBUSY',
]);

const MAX_TEXT = 256;

/** One line without control, format or lone surrogate characters, at most 256 UTF-16 units, never cut inside a character. */
export function printable(text: string): string {
  const line = text.slice(0, 16 * MAX_TEXT).replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return line.slice(0, MAX_TEXT).replace(/[\uD800-\uDBFF]$/u, '').trimEnd();
}
