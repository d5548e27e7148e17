import { setTimeout as pause } from 'node:timers/promises';

/** Asks until `probe` says true. Throws after `limitMs`, naming what was waited for. */
export async function waitFor(what: string, limitMs: number, probe: () => Promise<boolean> | boolean, everyMs = 20): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await probe())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${limitMs / 1000} s`);
    await pause(everyMs);
  }
}

/** The promise's value, or an error that names what was waited for. */
export async function within<T>(what: string, limitMs: number, promise: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = pause(limitMs, null, { signal: over.signal }).then(
    () => Promise.reject(new Error(`${what}: not within ${limitMs / 1000} s`)),
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
  }
}
