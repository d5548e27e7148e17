import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a driver program is started. */
export interface DriverCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export type DriverEvent = Readonly<Record<string, unknown>> & { readonly event: string };

/** What the driver's SDK said no with. */
export class DriverError extends Error {
  override readonly name = 'DriverError';
  readonly body: Readonly<Record<string, unknown>>;

  constructor(body: Readonly<Record<string, unknown>>) {
    super(`${String(body['code'])}: ${String(body['message'])}`);
    this.body = body;
  }
}

/** There is no answer to be had: the driver is gone, or hangs. Never a refusal by the SDK, whatever a scenario expects. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

const MOST_EVENTS = 200_000;
const MOST_STDERR = 20_000;

/** A driver program: one SDK, spoken to line by line (JSON), operations under way side by side. */
export class DriverProcess {
  readonly events: DriverEvent[] = [];
  /** What it has said to people. */
  stderr = '';
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (ok: unknown) => void; reject: (error: Error) => void }>();
  #ids = 0;
  #gone: string | null = null;

  constructor({ program, args, cwd, env }: DriverCommand) {
    const child = spawn(program, args, { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env }, stdio: 'pipe' });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (piece: string) => { this.stderr = (this.stderr + piece).slice(-MOST_STDERR); });
    child.stdin.on('error', () => {});
    createInterface({ input: child.stdout }).on('line', line => this.#take(line));
    child.on('error', error => this.#end(error.message)).on('exit', (code, signal) => this.#end(`it ended with ${code ?? String(signal)}`));
  }

  get isGone(): boolean {
    return this.#gone !== null;
  }

  /** Does one operation. Rejects with a `DriverError`, and with a `NoAnswerError` when there is none within `timeoutMs`. */
  do(op: string, args: Readonly<Record<string, unknown>>, timeoutMs = 30_000): Promise<unknown> {
    if (this.#gone !== null) return Promise.reject(gone(this.#gone));
    const id = ++this.#ids;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => {
      this.#waiting.delete(id);
      reject(new NoAnswerError(`the driver did not answer ${op} within ${timeoutMs} ms`));
    }, timeoutMs);
    const settled = <T>(act: (value: T) => void) => (value: T): void => {
      clearTimeout(timer);
      act(value);
    };
    this.#waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
    this.#child.stdin!.write(`${JSON.stringify({ id, op, ...args })}\n`);
    return promise;
  }

  /** Ends it: asked first, then killed. */
  async end(): Promise<void> {
    if (this.#gone === null) await this.do('exit', {}, 2_000).catch(() => {});
    if (this.#gone === null) await Promise.race([new Promise(resolve => { this.#child.once('exit', resolve); }), new Promise(resolve => { setTimeout(resolve, 1_000).unref(); })]);
    if (this.#gone === null) this.kill();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
    this.#end('it was killed');
  }

  #take(line: string): void {
    if (line.trim() === '') return;
    let said: Readonly<Record<string, unknown>>;
    try {
      said = JSON.parse(line) as Readonly<Record<string, unknown>>;
    } catch {
      return this.#fail(`it wrote a line that is not JSON: ${line.slice(0, 200)}`);
    }
    if (typeof said['event'] === 'string') {
      if (this.events.length >= MOST_EVENTS) return this.#fail(`it told of more than ${MOST_EVENTS} events`);
      this.events.push(said as DriverEvent);
      return;
    }
    const waiting = this.#waiting.get(Number(said['id']));
    if (waiting === undefined) return;
    this.#waiting.delete(Number(said['id']));
    if (said['error'] === undefined) waiting.resolve(said['ok']);
    else waiting.reject(new DriverError(said['error'] as Readonly<Record<string, unknown>>));
  }

  #fail(why: string): void {
    this.#child.kill('SIGKILL');
    this.#end(why);
  }

  #end(why: string): void {
    this.#gone ??= why;
    for (const { reject } of this.#waiting.values()) reject(gone(`${why}${this.stderr === '' ? '' : `; it said: ${this.stderr.slice(-1_500)}`}`));
    this.#waiting.clear();
  }
}

const gone = (why: string): NoAnswerError => new NoAnswerError(`the driver is gone: ${why}`);
