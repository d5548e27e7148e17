import type { ChildProcess } from 'node:child_process';
import { endChild, hasEnded, startChild, type ChildOptions } from './child.ts';
import { isChildMessage, type ChildMessage } from './messages.ts';
import { DemoError } from './settings.ts';

export type MemberState = 'running' | 'stopped' | 'killed';

export interface MemberOptions extends ChildOptions {
  readonly name: string;
  /** Null for the client, which offers nothing. */
  readonly service: string | null;
  readonly onMessage: (message: ChildMessage) => void;
  /** It ended, and nobody here asked for it. */
  readonly onLost: (why: string) => void;
}

const START_LIMIT_MS = 15_000;
/** Longer than a process takes that leaves in good order while Miko is away. */
const STOP_LIMIT_MS = 12_000;

/** One process of the fleet: a name that stays, and the process that runs under it at the moment, if one does. */
export class Member {
  readonly name: string;
  readonly service: string | null;
  readonly #options: MemberOptions;
  #child: ChildProcess | null = null;
  #state: MemberState = 'stopped';
  #port: number | null = null;

  constructor(options: MemberOptions) {
    this.name = options.name;
    this.service = options.service;
    this.#options = options;
  }

  get state(): MemberState {
    return this.#state;
  }

  get pid(): number | null {
    return this.#state === 'running' ? (this.#child?.pid ?? null) : null;
  }

  get port(): number | null {
    return this.#state === 'running' ? this.#port : null;
  }

  /** Starts it; resolves when it says its first word. Throws DemoError when it ends before, or takes more than 15 s. */
  async start(): Promise<void> {
    const child = startChild(this.#options);
    this.#child = child;
    this.#state = 'running';
    this.#port = null;
    const first = Promise.withResolvers<void>();
    child.on('message', message => {
      if (!isChildMessage(message)) return;
      if (message.type === 'listening') this.#port = message.port;
      first.resolve();
      this.#options.onMessage(message);
    });
    child.once('error', error => first.reject(new DemoError(`${this.name} cannot be started: ${error.message}`)));
    child.once('exit', (code, signal) => {
      const why = signal ?? `exit code ${code}`;
      first.reject(new DemoError(`${this.name} ended while it started (${why})`));
      if (child === this.#child && this.#state === 'running') {
        this.#state = signal === 'SIGKILL' ? 'killed' : 'stopped';
        this.#options.onLost(why);
      }
    });
    const late = setTimeout(() => first.reject(new DemoError(`${this.name} is not up after ${START_LIMIT_MS / 1000} s`)), START_LIMIT_MS);
    try {
      await first.promise;
    } catch (error) {
      await endChild(child, 'SIGKILL', STOP_LIMIT_MS);
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  /** kill -9, and its end. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL', 'killed');
  }

  /** In good order: it leaves the list, serves who still comes, and ends. Killed when that takes over 12 s. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM', 'stopped');
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL', state: MemberState): Promise<void> {
    const child = this.#child;
    if (child === null || hasEnded(child)) return;
    this.#state = state;
    await endChild(child, signal, STOP_LIMIT_MS);
  }
}
