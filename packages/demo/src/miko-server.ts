import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endChild, hasEnded, startChild } from './child.ts';
import { LogFile } from './log-file.ts';
import { DemoError, shownPath, type Settings } from './settings.ts';

/** As it is told to others, `starting` counts as running. */
export type ServerState = 'starting' | 'running' | 'stopped' | 'killed';

const READY_LIMIT_MS = 60_000;
const RESTART_MS = 5_000;
const STOP_LIMIT_MS = 15_000;
const SAY_EVERY_MS = 5_000;
const POLL_MS = 50;

/** The Miko server as a child. Whatever ends it, it is started again after 5 s, unless it was stopped deliberately. */
export class MikoServer {
  readonly #settings: Settings;
  readonly #say: (text: string) => void;
  readonly #log: LogFile;
  #child: ChildProcess | null = null;
  #state: ServerState = 'stopped';
  #restart: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(settings: Settings, say: (text: string) => void) {
    this.#settings = settings;
    this.#say = say;
    this.#log = new LogFile(join(settings.dataDir, 'miko.log'));
  }

  get state(): ServerState {
    return this.#state;
  }

  get pid(): number | null {
    const child = this.#child;
    return child === null || hasEnded(child) ? null : (child.pid ?? null);
  }

  /** Where it listens while it runs. */
  get port(): number | null {
    return this.#state === 'running' ? this.#settings.port : null;
  }

  /** Starts it and waits until it is ready. Throws DemoError, with the server's own words where it gave any. */
  async start(): Promise<void> {
    if (this.#closed) throw new DemoError('the demo is being stopped');
    this.#cancelRestart();
    const offset = this.#log.size;
    const child = this.#launch();
    try {
      await this.#untilReady(child, offset);
      if (this.#state === 'starting') this.#state = 'running';
    } catch (error) {
      await endChild(child, 'SIGTERM', STOP_LIMIT_MS);
      if (this.#state === 'starting') {
        this.#state = 'killed';
        throw error;
      }
    }
    if (this.#state !== 'running') throw new DemoError('Miko was ended while it started');
  }

  /** kill -9. The embedded PostgreSQL goes with it; both are back after 5 s. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL', 'killed');
    this.#restartSoon();
  }

  /** Ends it in good order; it stays stopped until `start`. */
  async stop(): Promise<void> {
    this.#cancelRestart();
    await this.#end('SIGTERM', 'stopped');
  }

  /** The same, for good. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.stop();
    this.#log.close();
  }

  #launch(): ChildProcess {
    const env = { ...process.env, MIKO_LISTEN: this.#settings.listen, MIKO_DATA_DIR: this.#settings.dataDir };
    const child = startChild({ program: 'serve', env, stdout: 'log', log: this.#log });
    child.once('error', error => this.#say(`Miko cannot be started: ${error.message}`));
    child.once('exit', (code, signal) => this.#exited(child, signal ?? `exit code ${code}`));
    this.#child = child;
    this.#state = 'starting';
    return child;
  }

  async #untilReady(child: ChildProcess, offset: number): Promise<void> {
    const began = performance.now();
    for (let said = began; ; await sleep(POLL_MS)) {
      if (hasEnded(child)) throw new DemoError(`Miko does not start: ${this.#log.lastComplaint(offset) ?? `it ended, see ${shownPath(this.#log.path)}`}`);
      const missing = await this.#notReady();
      if (missing === null) return;
      const now = performance.now();
      if (now - began > READY_LIMIT_MS) throw new DemoError(`Miko is not ready after ${READY_LIMIT_MS / 1000} s (${missing}): see ${shownPath(this.#log.path)}`);
      if (now - said <= SAY_EVERY_MS) continue;
      said = now;
      this.#say(`  still waiting for Miko (${Math.round((now - began) / 1000)} s): ${missing}`);
    }
  }

  /** Null when it is ready; what is missing otherwise. */
  async #notReady(): Promise<string | null> {
    try {
      const response = await fetch(`${this.#settings.url}/readyz`, { signal: AbortSignal.timeout(1_000) });
      const text = await response.text();
      return response.status === 200 ? null : text.slice(0, 200);
    } catch {
      return 'it does not answer yet';
    }
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL', state: ServerState): Promise<void> {
    this.#state = state;
    if (this.#child !== null) await endChild(this.#child, signal, STOP_LIMIT_MS);
  }

  /** An end that nobody here asked for; one during a start is told to whoever started it. */
  #exited(child: ChildProcess, why: string): void {
    if (child !== this.#child || this.#state !== 'running') return;
    this.#state = 'killed';
    this.#say(`Miko ended (${why}); it is started again in ${RESTART_MS / 1000} s`);
    this.#restartSoon();
  }

  #restartSoon(): void {
    if (this.#closed) return;
    this.#cancelRestart();
    this.#restart = setTimeout(() => {
      this.start().then(
        () => this.#say(`Miko runs again (pid ${this.pid})`),
        (error: Error) => {
          if (this.#closed || this.#state === 'stopped') return;
          this.#say(`${error.message}; the next attempt is in ${RESTART_MS / 1000} s`);
          this.#restartSoon();
        },
      );
    }, RESTART_MS);
  }

  #cancelRestart(): void {
    if (this.#restart !== null) clearTimeout(this.#restart);
    this.#restart = null;
  }
}
