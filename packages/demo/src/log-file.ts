import { closeSync, copyFileSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

/**
 * A log that child processes write to directly, so that it never depends on the supervisor's health. Bounded: when it is
 * larger than `MOST_BYTES` its content moves to `<file>.1`, in place of what was there; looked at each 5 s.
 */
export class LogFile {
  readonly path: string;
  readonly #watch: NodeJS.Timeout;

  constructor(path: string) {
    this.path = path;
    // Made at once, with the right mode.
    closeSync(openSync(path, 'a', 0o600));
    this.#watch = setInterval(() => this.#rotate(), LOOK_MS);
    this.#watch.unref();
  }

  /** For a child's output; the caller closes it after the start. Appending, so that emptying the file leaves no hole. */
  open(): number {
    this.#rotate();
    return openSync(this.path, 'a', 0o600);
  }

  get size(): number {
    return statSync(this.path).size;
  }

  /** The last complaint written after `offset`: its message where it is a JSON line; null where there is none. */
  lastComplaint(offset: number): string | null {
    const lines = this.#tail(offset).split('\n').filter(line => line.trim() !== '');
    return lines.map(complaintOf).findLast(line => line !== null) ?? null;
  }

  close(): void {
    clearInterval(this.#watch);
  }

  #tail(offset: number): string {
    const from = Math.max(offset > this.size ? 0 : offset, this.size - TAIL_BYTES);
    const buffer = Buffer.alloc(TAIL_BYTES);
    const fd = openSync(this.path, 'r');
    try {
      return buffer.toString('utf8', 0, readSync(fd, buffer, 0, TAIL_BYTES, from));
    } finally {
      closeSync(fd);
    }
  }

  #rotate(): void {
    if (this.size <= MOST_BYTES) return;
    copyFileSync(this.path, `${this.path}.1`);
    truncateSync(this.path);
  }
}

const MOST_BYTES = 4 * 1024 * 1024;
const TAIL_BYTES = 16_384;
const LOOK_MS = 5_000;
/** From here on (pino's `warn`) a line counts as a complaint. */
const WARN = 40;

function complaintOf(line: string): string | null {
  try {
    const entry = JSON.parse(line) as { level?: unknown; msg?: unknown; err?: { message?: unknown } };
    if (typeof entry.level !== 'number' || entry.level < WARN) return null;
    const parts = [entry.msg, entry.err?.message].filter(part => typeof part === 'string');
    return parts.length === 0 ? null : parts.join(': ');
  } catch {
    // A crash report: its headline says more than the stack below it.
    return /^(\s|Node\.js v)/.test(line) ? null : line.slice(0, 500);
  }
}
