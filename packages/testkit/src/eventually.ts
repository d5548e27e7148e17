import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until there is an answer: `undefined` means not yet. Rejects after `timeoutMs`, naming what it waited for. */
export async function eventually<T>(ask: () => Promise<T | undefined> | T | undefined, timeoutMs: number, what: string, everyMs = 20): Promise<T> {
  for (const end = Date.now() + timeoutMs; ; await sleep(everyMs)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms for ${what}`);
  }
}
