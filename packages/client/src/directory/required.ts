import { MikoError } from '../problem.ts';
import { pause } from '../runtime.ts';
import type { Runtime } from '../runtime.ts';
import { unlessAborted } from '../waiting.ts';
import type { Directory } from './directory.ts';

export type RequiredWait = { readonly timeoutMs: number; readonly signal: AbortSignal | undefined };

/**
 * Waits until each of `services` is known, at most `timeoutMs`, and not where Miko refuses to say it and nothing stands in.
 * Miko's first word comes before what the disk remembers; without it the disk's list will do. Throws `not_ready`, which
 * names those that are missing and the last failure, or `closed`, or the reason of the signal.
 */
export async function untilAllKnown(directory: Directory, runtime: Runtime, services: readonly string[], { timeoutMs, signal }: RequiredWait): Promise<void> {
  const over = new AbortController();
  const missing = (): string[] => services.filter((service) => directory.current(service)?.state !== 'known');
  try {
    const known = Promise.all(services.map((service) => untilKnown(directory, service, over.signal))).then(() => null);
    const refused = directory.untilRefused(over.signal).then(() => (missing().length > 0 ? 'not known' : known));
    const late = pause(runtime, timeoutMs, over.signal).then(() => `not known after ${timeoutMs} ms`);
    const outcome = await unlessAborted(Promise.race([known, refused, late]), signal);
    if (outcome !== null) throw notKnown(outcome, missing(), directory);
  } finally {
    over.abort();
  }
}

function notKnown(outcome: string, missing: readonly string[], directory: Directory): MikoError {
  const failure = directory.failure();
  const which = missing.map((service) => stateOf(directory, service)).join(', ');
  return new MikoError('not_ready', `${outcome}: ${which}${failure === null ? '' : `; ${failure.message}`}`, failure === null ? {} : { cause: failure });
}

async function untilKnown(directory: Directory, service: string, signal: AbortSignal): Promise<void> {
  const first = await directory.answer(service);
  if (first.state === 'known' || signal.aborted) return;
  await new Promise<void>((resolve, reject) => {
    const stop = directory.watch(
      service,
      (answer) => {
        if (answer.state === 'known') resolve();
      },
      () => reject(new MikoError('closed', 'the client is closed')),
    );
    signal.addEventListener(
      'abort',
      () => {
        stop();
        resolve();
      },
      { once: true },
    );
  });
}

function stateOf(directory: Directory, service: string): string {
  const answer = directory.current(service);
  if (answer === null) return `${service} (no answer yet)`;
  return answer.state === 'empty' ? `${service} (empty: ${answer.cause ?? 'no cause given'})` : `${service} (${answer.state})`;
}
