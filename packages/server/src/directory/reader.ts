import { problemDocument, Problem, type ErrorCode } from '@miko/model';
import { asciiJson } from '../api/ascii-json.ts';
import type { Sink } from '../api/call.ts';
import { newRequestId } from '../api/request-id.ts';
import { errorFrame } from './frames.ts';

/** How often a stream that has nothing to tell says up to where it has told everything. */
export const BOOKMARK_MS = 5_000;
/** Streams of one sort that may be open at one Miko. */
export const MOST_WATCHERS = 50_000;
/** A reader that has taken nothing for this long, with something to take, is disconnected: it resumes with its cursor. */
const STUCK_MS = 15_000;
/** Bytes a reader may be behind before steps stop, and wait until it has taken what it was sent. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** Who reads a stream, however slowly: what was written to it, and whether it takes any of it. */
export class Reader {
  readonly sink: Sink;
  /** False once the caller may not watch any more. */
  readonly allowed: () => boolean;
  /** Everything up to it was written. */
  revision = 0;
  #written = 0;
  /** Bytes it had taken when it was last looked at, and since when that has been all. */
  #taken = 0;
  #stuckSince: number | null = null;

  constructor(sink: Sink, allowed: () => boolean) {
    this.sink = sink;
    this.allowed = allowed;
  }

  /** False: it is too far behind for every step. */
  send(bytes: Buffer, revision: number): boolean {
    this.revision = revision;
    this.#written += bytes.length;
    return this.sink.write(bytes) || !this.isFull;
  }

  get isFull(): boolean {
    return this.sink.waiting > MOST_WAITING_BYTES;
  }

  /** However much waits, a reader that takes some of it is only slow. Times are milliseconds of one clock. */
  isStuck(now: number): boolean {
    const { waiting } = this.sink;
    const taken = this.#written - waiting;
    if (waiting === 0 || taken > this.#taken) {
      this.#taken = taken;
      this.#stuckSince = null;
      return false;
    }
    this.#stuckSince ??= now;
    return now - this.#stuckSince > STUCK_MS;
  }
}

/** Throws Problem `not_ready` where the hub is closed, `overloaded` at the bound of open streams. */
export function admitReader(isClosed: boolean, open: number): void {
  if (isClosed) throw new Problem('not_ready', 'Miko is stopping', { headers: { 'retry-after': '1' } });
  if (open >= MOST_WATCHERS) throw new Problem('overloaded', `${MOST_WATCHERS} streams are open`, { headers: { 'retry-after': '5' } });
}

/** The last frame of a stream, telling its reader why and when to come back. */
export const endFrame = (code: ErrorCode, detail: string): Buffer =>
  errorFrame(asciiJson(problemDocument(new Problem(code, detail), newRequestId())), code === 'not_ready' ? 1_000 : 10_000);

export const lostCredential = (): Buffer => endFrame('denied', 'the credential of this stream does not hold any more');
