import { checkNames, invalid } from '../arguments.ts';

/**
 * How an attempt ended:
 *
 * - `ok`: any answer below 500 but 429
 * - `limited`: 429
 * - `overloaded`: 503
 * - `failed`: any other answer from 500 on
 * - `refused`: there was no connection, so nothing was sent
 * - `broken`: the connection broke after something was sent
 * - `timeout`: of the attempt, or of the call it belongs to
 * - `cancelled`: by the caller, or as the loser of a hedge; it says nothing of the endpoint
 */
export type OutcomeKind = 'ok' | 'limited' | 'overloaded' | 'failed' | 'refused' | 'broken' | 'timeout' | 'cancelled';

const KINDS: { readonly [Kind in OutcomeKind]: true } = { ok: true, limited: true, overloaded: true, failed: true, refused: true, broken: true, timeout: true, cancelled: true };
const NAMES: { readonly [Name in keyof Required<Outcome>]: true } = { kind: true, rttMs: true, retryAfterMs: true };

export type Outcome = {
  readonly kind: OutcomeKind;
  /** Time to the head of the answer; absent where none was measured. */
  readonly rttMs?: number | undefined;
  /** `Retry-After` of the answer; absent where it had none. */
  readonly retryAfterMs?: number | undefined;
};

/** Throws `invalid_argument`, which names what is wrong below `path`. */
export function checkOutcome(outcome: Outcome, path: string): void {
  checkNames(outcome, NAMES, path, `${path}.`);
  if (!Object.hasOwn(KINDS, outcome.kind)) throw invalid(`${path}.kind`, `must be one of ${Object.keys(KINDS).join(', ')}`);
  for (const name of ['rttMs', 'retryAfterMs'] as const) {
    const ms = outcome[name];
    if (ms !== undefined && !(Number.isFinite(ms) && ms >= 0)) throw invalid(`${path}.${name}`, 'must be a number of milliseconds');
  }
}

/** Whether it speaks against the endpoint: what ejection and breaker count. */
export function isFailure(kind: OutcomeKind): boolean {
  return kind !== 'ok' && FAILURES.has(kind);
}

/** Whether it was no proper answer in good time: it counts as slow, however quick it was. */
export function isBad(kind: OutcomeKind): boolean {
  return kind === 'limited' || isFailure(kind);
}

const FAILURES: ReadonlySet<OutcomeKind> = new Set(['overloaded', 'failed', 'refused', 'broken', 'timeout']);
