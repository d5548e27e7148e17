import { QUICK, waitAfter } from '../backoff.ts';
import type { Http } from '../http.ts';
import { asMikoError } from '../problem.ts';
import type { MikoError } from '../problem.ts';
import { pause } from '../runtime.ts';
import type { Runtime } from '../runtime.ts';
import type { WireList } from '../wire.ts';
import { askEndpointList } from './endpoint-list.ts';

/**
 * A service that loses all its endpoints at once, and nobody meant it: more often Miko lost sight of them than they are
 * gone. Before the list that works is given up, Miko is asked a second time.
 */
export type EmptyConfirmation = {
  /** Asks for these services after a while, and again until there is an answer or they are no longer doubted. */
  readonly begin: (services: readonly string[]) => void;
  readonly close: () => void;
};

export type EmptyConfirmationOptions = {
  readonly http: Http;
  readonly runtime: Runtime;
  readonly project: string;
  readonly confirmEmptyMs: number;
  readonly isDoubted: (service: string) => boolean;
  readonly onAnswer: (services: ReadonlyMap<string, WireList>) => void;
  readonly onFailed: (error: MikoError) => void;
};

export function createEmptyConfirmation(options: EmptyConfirmationOptions): EmptyConfirmation {
  const { http, runtime, project } = options;
  const closing = new AbortController();

  return { begin: (services) => void confirm(services), close: () => closing.abort() };

  async function confirm(services: readonly string[]): Promise<void> {
    let wait = options.confirmEmptyMs;
    for (let failures = 0; ; failures++) {
      await pause(runtime, wait, closing.signal);
      const left = services.filter(options.isDoubted);
      if (left.length === 0 || closing.signal.aborted) return;
      const failure = await ask(left);
      if (failure === null || closing.signal.aborted) return;
      options.onFailed(failure);
      wait = waitAfter(failure, QUICK, failures, runtime);
    }
  }

  /** One question; the failure, when there is no answer. */
  async function ask(services: readonly string[]): Promise<MikoError | null> {
    const ended = new AbortController();
    const end = (): void => ended.abort();
    closing.signal.addEventListener('abort', end, { once: true });
    try {
      const listed = await askEndpointList(http, { project, services, atLeast: null, etag: null, ended });
      if (listed !== null && !closing.signal.aborted) options.onAnswer(listed.frame.services);
      return null;
    } catch (error) {
      return asMikoError(error, 'bad_answer', "Miko's endpoint list cannot be used");
    } finally {
      closing.signal.removeEventListener('abort', end);
    }
  }
}
