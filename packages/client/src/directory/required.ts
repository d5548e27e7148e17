import { MikoError } from '../problem.ts';
import { atMost } from '../runtime.ts';
import type { Runtime } from '../runtime.ts';
import type { Directory } from './directory.ts';

/**
 * Waits until each of `services` is known, at most `timeoutMs`. Miko's first word comes before what the disk remembers;
 * without it the disk's list will do. Throws `not_ready`, which names those that are missing, or `closed`.
 */
export async function untilAllKnown(directory: Directory, runtime: Runtime, services: readonly string[], timeoutMs: number): Promise<void> {
  const over = new AbortController();
  const missing = new Set(services);
  const known = services.map(async (service) => {
    await untilKnown(directory, service, over.signal);
    missing.delete(service);
  });
  try {
    if (await atMost(runtime, timeoutMs, Promise.all(known))) return;
    throw new MikoError('not_ready', `not known after ${timeoutMs} ms: ${[...missing].map((service) => stateOf(directory, service)).join(', ')}`);
  } finally {
    over.abort();
  }
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
