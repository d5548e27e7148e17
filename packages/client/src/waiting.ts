import { checkNames, invalid } from './arguments.ts';
import { isRecord } from './json.ts';

/** For what may have to wait. */
export type WaitOptions = {
  /** Ends the wait: it rejects with the signal's reason. Default none. */
  readonly signal?: AbortSignal | undefined;
};

export type ReadyOptions = WaitOptions & {
  /** Default 30,000; 0 to a day. */
  readonly timeoutMs?: number | undefined;
};

const WAIT_NAMES: { readonly [Name in keyof Required<WaitOptions>]: true } = { signal: true };
const READY_NAMES: { readonly [Name in keyof Required<ReadyOptions>]: true } = { signal: true, timeoutMs: true };
const READY_MS = 30_000;
const MOST_READY_MS = 86_400_000;

/** Throws `invalid_argument`, and the reason of a signal that is aborted already. */
export function readSignal(options: WaitOptions | undefined): AbortSignal | undefined {
  if (options === undefined) return undefined;
  checkNames(options, WAIT_NAMES, 'options', 'options.');
  return checkSignal(options.signal);
}

/** The argument of `ready`: options, or the time alone. Throws as `readSignal`. */
export function readReadyOptions(given: number | ReadyOptions = READY_MS): { readonly timeoutMs: number; readonly signal: AbortSignal | undefined } {
  const { timeoutMs = READY_MS, signal } = typeof given === 'object' && given !== null ? given : { timeoutMs: given };
  if (isRecord(given)) checkNames(given, READY_NAMES, 'options', 'options.');
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0 && timeoutMs <= MOST_READY_MS)) throw invalid('timeoutMs', `must be a number from 0 to ${MOST_READY_MS}`);
  return { timeoutMs, signal: checkSignal(signal) };
}

/** Of any realm. Throws as `readSignal`. */
export function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  if (typeof signal !== 'object' || signal === null || !('aborted' in signal)) throw invalid('options.signal', 'must be an AbortSignal');
  signal.throwIfAborted();
  return signal;
}

/** What `work` gives; when the signal comes first, throws its reason. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
