import { Problem } from '@miko/model';

/** Until when a call is worth answering. Whoever works for it asks what remains, and stops when nothing does. */
export interface Deadline {
  /** Milliseconds, more than nothing. Throws Problem `deadline_exceeded`. */
  remainingMs(): number;
  /** The same after which nothing is thrown: what was written is not undone any more. On the clock of performance.now(). */
  readonly endMs: number;
  /** The shorter one of a wait that was asked for and what remains; only a caller that named its deadline shortens a wait. */
  within(waitMs: number): number;
}

const USUAL_MS = 30_000;
const MOST_MS = 300_000;

/** Read from `Miko-Timeout-Ms`: how long the caller waits, counted from the arrival of its request. Throws Problem `invalid_request`. */
export function deadlineOf(header: string | string[] | undefined, now: () => number = () => performance.now()): Deadline {
  if (header !== undefined && (typeof header !== 'string' || !/^[1-9][0-9]{0,5}$/.test(header) || Number(header) > MOST_MS)) {
    throw new Problem('invalid_request', `Miko-Timeout-Ms must be a whole number from 1 to ${MOST_MS}`, {
      flaws: [{ pointer: 'Miko-Timeout-Ms', code: 'pattern', detail: `must be a whole number from 1 to ${MOST_MS}` }],
    });
  }
  const allowedMs = header === undefined ? USUAL_MS : Number(header);
  const end = now() + allowedMs;
  const remainingMs = (): number => {
    const left = Math.ceil(end - now());
    if (left <= 0) throw deadlineExceeded(allowedMs);
    return left;
  };
  return { remainingMs, endMs: end, within: waitMs => (header === undefined ? waitMs : Math.min(waitMs, remainingMs())) };
}

export const deadlineExceeded = (allowedMs: number): Problem => new Problem('deadline_exceeded', `this call was given ${allowedMs} ms; what it had begun is undone`);
