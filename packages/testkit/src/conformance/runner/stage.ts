import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScriptedMiko } from '../miko/scripted-miko.ts';
import type { Upstream } from '../upstreams/upstream.ts';
import { onRing, subset } from '../vectors/reference/places.ts';
import type { DriverEvent, DriverProcess } from './driver-process.ts';

/** Where one scenario plays: a Miko and upstreams of its own, a driver that may have played in others before, and what was kept under a name. */
export class Stage {
  readonly miko: ScriptedMiko;
  readonly driver: DriverProcess;
  /** The way in which calls are made, of those that the SDK plugs into; null: its first. */
  readonly via: string | null;
  readonly upstreams = new Map<string, Upstream>();
  /** Results by the name of `as`. */
  readonly kept = new Map<string, unknown>();
  readonly background = new Map<string, Promise<Outcome>>();
  readonly marks = new Map<string, Mark>();
  readonly cacheDir = mkdtempSync(join(tmpdir(), 'miko-conformance-'));
  readonly #firstEvent: number;
  /** Which repetition of the step this is, from 1. */
  turn = 1;

  static async open(driver: DriverProcess, via: string | null): Promise<Stage> {
    return new Stage(await ScriptedMiko.start(), driver, via);
  }

  private constructor(miko: ScriptedMiko, driver: DriverProcess, via: string | null) {
    this.miko = miko;
    this.driver = driver;
    this.via = via;
    this.#firstEvent = driver.events.length;
  }

  /** Those of this scenario. */
  get events(): readonly DriverEvent[] {
    return this.driver.events.slice(this.#firstEvent);
  }

  mark(name: string): void {
    this.marks.set(name, {
      requests: this.miko.log.length, streams: this.miko.watchers.seen.length, events: this.events.length,
      hits: new Map([...this.upstreams].map(([upstream, { log }]) => [upstream, log.length])),
    });
  }

  marked(name: string): Mark {
    const mark = this.marks.get(name);
    if (mark === undefined) throw new Error(`nothing was marked ${name}`);
    return mark;
  }

  upstream(name: string): Upstream {
    const upstream = this.upstreams.get(name);
    if (upstream === undefined) throw new Error(`there is no upstream ${name}`);
    return upstream;
  }

  /**
   * `$name.field` anywhere in a value becomes what it stands for, and `{n}` in a text the number of the turn. Beside what was kept there are
   * `$cache_dir`, `$miko.url`, `$revision`, `$up.<name>.port`, and of the reference `$ring.<key>.<endpoints>` and `$subset.<owner>.<size>`.
   */
  filled(value: unknown): unknown {
    if (typeof value === 'string') return value.startsWith('$') ? this.#value(value.slice(1).split('.')) : value.replaceAll('{n}', String(this.turn));
    if (Array.isArray(value)) return value.map(item => this.filled(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.filled(inner)]));
  }

  #value([name, ...path]: string[]): unknown {
    const [first, second] = path;
    if (name === 'cache_dir') return this.cacheDir;
    if (name === 'miko') return this.miko[first as 'url'];
    if (name === 'revision') return this.miko.truth.revision;
    if (name === 'up') return second === 'url' ? `http://127.0.0.1:${this.upstream(first!).port}` : this.upstream(first!).port;
    if (name === 'ring') return onRing(first!, Number(second));
    if (name === 'subset') return subset(first!, Number(second));
    if (!this.kept.has(name!)) throw new Error(`nothing was kept as ${name!}`);
    return path.reduce<unknown>((value, field) => (value as Readonly<Record<string, unknown>> | undefined)?.[field], this.kept.get(name!));
  }

  /** Lets go of everything that is held, so that nothing waits when the scenario is over. */
  async letGo(): Promise<void> {
    this.miko.script.clear();
    this.miko.watchers.answerNext('frames', null);
    for (const upstream of this.upstreams.values()) {
      upstream.behaviours.set({}, null);
      upstream.release();
    }
    if (this.miko.isDown) await this.miko.up();
  }

  async close(): Promise<void> {
    await Promise.all([this.miko.stop(), ...[...this.upstreams.values()].map(upstream => upstream.stop())]);
    rmSync(this.cacheDir, { recursive: true, force: true });
  }
}

/** What an operation came to. */
export type Outcome = { readonly ok: unknown } | { readonly error: Readonly<Record<string, unknown>> };

/** How far everything was when a step marked it. */
export interface Mark {
  readonly requests: number;
  readonly streams: number;
  readonly events: number;
  readonly hits: ReadonlyMap<string, number>;
}
