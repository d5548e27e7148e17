import type { Called } from './one-call.ts';
import { wordsOf } from './words.ts';

const MOST_ERRORS = 10;

/** What became of many calls: `ok` were answered, by whatever status. */
export class Tally {
  readonly #statuses = new Map<string, number>();
  readonly #codes = new Map<string, number>();
  readonly #instances = new Map<string, number>();
  readonly #errors: unknown[] = [];
  #ok = 0;
  #failed = 0;

  async count(call: Promise<Called>): Promise<void> {
    try {
      const { status, headers } = await call;
      this.#ok += 1;
      add(this.#statuses, String(status));
      const instance = headers['x-instance'];
      if (instance !== undefined) add(this.#instances, instance);
    } catch (error) {
      this.#failed += 1;
      const words = wordsOf(error);
      add(this.#codes, String(words['code']));
      if (this.#errors.length < MOST_ERRORS) this.#errors.push(words);
    }
  }

  get words(): Readonly<Record<string, unknown>> {
    const [statuses, codes, byInstance] = [this.#statuses, this.#codes, this.#instances].map((counts) => Object.fromEntries(counts));
    return { ok: this.#ok, failed: this.#failed, statuses, codes, by_instance: byInstance, first_errors: this.#errors };
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
