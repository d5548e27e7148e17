import type { Store } from '@miko/store';

/**
 * Which services the streams of a session show, kept with the session: a drain asks for it at any Miko, and also after
 * this one is gone. A session may hold several streams; all of what they show counts. Nothing is taken back when a
 * stream ends: until its client watches again, it goes on by what it has seen.
 */
export class Watching {
  readonly #store: Store;
  /** For each session its open streams here. */
  readonly #open = new Map<string, Set<readonly string[]>>();
  /** Sessions whose note could not be written: it is tried again with their next renewal. */
  readonly #unwritten = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** A stream of the session opens on these services, `*` for all; the answer is called when it ends. */
  async open(session: string, services: readonly string[]): Promise<() => void> {
    const streams = this.#open.get(session) ?? new Set();
    streams.add(services);
    this.#open.set(session, streams);
    await this.#write(session);
    return () => {
      streams.delete(services);
      if (streams.size > 0) return;
      this.#open.delete(session);
      this.#unwritten.delete(session);
    };
  }

  async renewed(session: string): Promise<void> {
    if (this.#unwritten.has(session)) await this.#write(session);
  }

  async #write(session: string): Promise<void> {
    const services = new Set([...(this.#open.get(session) ?? [])].flat());
    try {
      await this.#store.watching(session, services.has('*') ? ['*'] : [...services].sort());
      this.#unwritten.delete(session);
    } catch {
      // The database is gone; the stream is worth more than the note.
      this.#unwritten.add(session);
    }
  }
}
