import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@miko/store';
import { eventually } from './eventually.ts';

/** A real Miko: a process of its own on loopback, found through the package's `bin`, with a data directory of its own. */
export interface MikoOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Shares another Miko's directory or database; otherwise a fresh directory is made, and removed by `dispose`. */
  readonly dataDir?: string;
}

export interface Reply<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export class MikoProcess {
  readonly dataDir: string;
  readonly url: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #ownsDirectory: boolean;
  #child: ChildProcess | null = null;
  log = '';

  static async start(options: MikoOptions = {}): Promise<MikoProcess> {
    const port = await freePort();
    const miko = new MikoProcess(options, port);
    try {
      await miko.start();
    } catch (error) {
      await miko.dispose();
      throw error;
    }
    return miko;
  }

  private constructor(options: MikoOptions, port: number) {
    this.#ownsDirectory = options.dataDir === undefined;
    this.dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'miko-test-'));
    this.url = `http://127.0.0.1:${port}`;
    this.#env = { MIKO_LISTEN: `127.0.0.1:${port}`, MIKO_DATA_DIR: this.dataDir, ...options.env };
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  get token(): string {
    return readFileSync(join(this.dataDir, 'admin-token'), 'utf8').trim();
  }

  /** The process id of the embedded PostgreSQL. */
  get postgresPid(): number {
    return Number(this.#postmaster[0]);
  }

  /** A way into the embedded PostgreSQL, past Miko. */
  get database(): Connection {
    return { host: this.#postmaster[4]!, user: 'miko', password: readFileSync(join(this.dataDir, 'postgres/password'), 'utf8'), database: 'postgres' };
  }

  /** Its pid file: the fifth line is the folder of its socket. */
  get #postmaster(): string[] {
    return readFileSync(join(this.dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n');
  }

  /** Starts, or starts again. Resolves when it is ready; rejects with its log when it ends instead. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.launch(env);
    const child = this.#child!;
    await eventually(async () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`Miko ended: ${this.log}`);
      return (await this.ready()) ? true : undefined;
    }, 30_000, 'Miko to be ready', 10);
  }

  /** The same without waiting. */
  launch(env: Readonly<Record<string, string>> = {}): void {
    const child = spawn(process.execPath, ['--conditions=source', serverBin()], {
      env: { PATH: process.env['PATH'] ?? '', ...this.#env, ...env }, stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => { this.log = (this.log + chunk).slice(-50_000); });
    this.#child = child;
  }

  async ready(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) })).status === 200;
    } catch {
      return false;
    }
  }

  /** Kills it and waits until it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#child!.kill(signal);
    await this.exited();
  }

  async exited(): Promise<void> {
    const child = this.#child!;
    await eventually(() => (child.exitCode !== null || child.signalCode !== null ? true : undefined), 20_000, 'Miko to end', 5);
  }

  /** Sends a request as the admin; the body is parsed where it is JSON. */
  async call<T = never>(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply<T>> {
    const response = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json') && text !== '' && !text.includes('}\n{');
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as T };
  }

  /** Ends it, and everything that was started with it. */
  async dispose(): Promise<void> {
    const child = this.#child;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      for (let i = 0; i < 1_000 && child.exitCode === null && child.signalCode === null; i++) await sleep(10);
      child.kill('SIGKILL');
    }
    if (this.#ownsDirectory) rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

/** Through the package's `bin`, wherever it lies. */
function serverBin(): string {
  const manifest = createRequire(import.meta.url).resolve('@miko/server/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> };
  return join(dirname(manifest), bin['miko-server']!);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Process ids whose command line holds `text`: what a test may have left behind. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).filter(pid => {
    try {
      return pid !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}
