import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { problemBody } from './answers.ts';
import type { Told, Truth } from './truth.ts';

/**
 * How a stream is answered that is opened now:
 * `frames`: as Miko does · `silent`: a head and not a byte after it · `ends`: a head, then the end · `half_frame`: a head and half a frame, then the end ·
 * `page`: 200 with a page of a proxy · `no_head`: no answer at all · `reset`: the connection is broken in place of an answer.
 */
export const streamModes = ['frames', 'silent', 'ends', 'half_frame', 'page', 'no_head', 'reset'] as const;
export type StreamMode = (typeof streamModes)[number];

/** `whole`: a frame at once · `bytes`: each byte alone · `slow`: three bytes each 5 ms. */
export const paces = ['whole', 'bytes', 'slow'] as const;
export type Pace = (typeof paces)[number];

export interface SeenStream {
  readonly services: readonly string[];
  readonly session: string | null;
  readonly last_event_id: string | null;
  readonly mode: StreamMode;
  readonly at_ms: number;
  readonly open: boolean;
}

interface Watcher {
  readonly seen: Omit<SeenStream, 'open'>;
  readonly response: ServerResponse;
  readonly socket: IncomingMessage['socket'];
  /** Each write waits for the one before it. */
  writing: Promise<void>;
  open: boolean;
}

/** The streams of a scripted Miko. */
export class Watchers {
  pace: Pace = 'whole';
  readonly #truth: Truth;
  readonly #all: Watcher[] = [];
  readonly #modes: { readonly mode: StreamMode; left: number }[] = [];
  readonly #began = performance.now();

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  get seen(): SeenStream[] {
    return this.#all.map(({ seen, open }) => ({ ...seen, open }));
  }

  /** How the next `times` streams are answered; null: all from now on. */
  answerNext(mode: StreamMode, times: number | null): void {
    this.#modes.splice(0, times === null ? this.#modes.length : 0);
    this.#modes.push({ mode, left: times ?? Infinity });
  }

  open(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    const header = request.headers['last-event-id'];
    const cursor = typeof header === 'string' ? header : query.get('since');
    const services = (query.get('service') ?? '').split(',').filter(name => name !== '').sort();
    const mode = this.#nextMode();
    const seen = { services, session: query.get('session'), last_event_id: cursor, mode, at_ms: Math.round(performance.now() - this.#began) };
    const watcher: Watcher = { seen, response, socket: request.socket, writing: Promise.resolve(), open: true };
    response.on('close', () => { watcher.open = false; });
    this.#all.push(watcher);
    request.socket.setNoDelay(true);
    this.#answer(watcher, mode, cursor);
  }

  /** Sends each open stream the lists of its services. */
  snapshot(): void {
    const id = this.#truth.nextCursor();
    for (const watcher of this.#open) this.#write(watcher, frame('snapshot', id, this.#truth.snapshot(watcher.seen.services)));
  }

  /** Sends what the truth has told to the streams whose services are in it. */
  delta(told: Told): void {
    for (const watcher of this.#open) {
      const services = chosen(told, watcher.seen.services);
      if (services !== null) this.#write(watcher, frame('delta', this.#truth.cursor, services));
    }
  }

  bookmark(): void {
    const id = this.#truth.nextCursor();
    for (const watcher of this.#open) this.#write(watcher, frame('bookmark', id, { revision: this.#truth.revision }));
  }

  /** Writes text as it is. */
  raw(text: string): void {
    for (const watcher of this.#open) this.#write(watcher, text);
  }

  /** Sends the first half of a frame of what the truth has told, and breaks the connection. */
  half(told: Told): void {
    for (const watcher of this.#open) {
      const text = frame('delta', this.#truth.cursor, chosen(told, watcher.seen.services) ?? told);
      this.#write(watcher, text.slice(0, Math.floor(text.length / 2)));
      this.#then(watcher, () => watcher.socket.destroy());
    }
  }

  /** Ends each stream with an error frame, as a Miko that asks to come back later. */
  error(code: string, status: number, retryMs: number | null): void {
    const retry = retryMs === null ? '' : `retry: ${retryMs}\n`;
    for (const watcher of this.#open) {
      this.#write(watcher, `event: error\n${retry}data: ${JSON.stringify(problemBody(status, code))}\n\n`);
      this.#then(watcher, () => watcher.response.end());
    }
  }

  /** Ends each as a server does that has nothing more to say. */
  end(): void {
    for (const watcher of this.#open) this.#then(watcher, () => watcher.response.end());
  }

  /** Breaks each connection (TCP reset). */
  reset(): void {
    for (const watcher of this.#open) this.#then(watcher, () => watcher.socket.resetAndDestroy());
  }

  get #open(): Watcher[] {
    return this.#all.filter(({ open, seen }) => open && seen.mode === 'frames');
  }

  #nextMode(): StreamMode {
    const next = this.#modes.find(({ left }) => left > 0);
    if (next === undefined) return 'frames';
    next.left -= 1;
    return next.mode;
  }

  #answer(watcher: Watcher, mode: StreamMode, cursor: string | null): void {
    const { response, socket } = watcher;
    if (mode === 'no_head') return;
    if (mode === 'reset') return void socket.resetAndDestroy();
    if (mode === 'page') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Please sign in to the network</body></html>');
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
    if (mode === 'silent') return;
    if (mode === 'ends') return void response.end();
    if (mode === 'half_frame') {
      this.#write(watcher, 'event: snapshot\ndata: {"revision": 1, "serv');
      return this.#then(watcher, () => response.end());
    }
    this.#begin(watcher, cursor);
  }

  #begin(watcher: Watcher, cursor: string | null): void {
    const missed = cursor === null ? null : this.#truth.since(cursor);
    if (missed === null) return this.#write(watcher, frame('snapshot', this.#truth.nextCursor(), this.#truth.snapshot(watcher.seen.services)));
    for (const { id, told } of missed) {
      const services = chosen(told, watcher.seen.services);
      if (services !== null) this.#write(watcher, frame('delta', id, services));
    }
    // As Miko does: the watcher hears at once that its cursor is good.
    this.#write(watcher, frame('bookmark', this.#truth.nextCursor(), { revision: this.#truth.revision }));
  }

  #write(watcher: Watcher, text: string): void {
    const { pace } = this;
    this.#then(watcher, async () => {
      const bytes = Buffer.from(text);
      const step = pace === 'whole' ? bytes.length : pace === 'bytes' ? 1 : 3;
      for (let at = 0; at < bytes.length && watcher.open; at += step) {
        await new Promise<void>(resolve => { watcher.response.write(bytes.subarray(at, at + step), () => resolve()); });
        if (pace === 'slow') await sleep(5);
        else if (pace === 'bytes') await setImmediate();
      }
    });
  }

  #then(watcher: Watcher, act: () => unknown): void {
    watcher.writing = watcher.writing.then(() => (watcher.open ? act() : undefined)).then(() => {}, () => {});
  }
}

export const frame = (event: string, id: string, data: unknown): string => `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;

function chosen(told: Told, services: readonly string[]): Told | null {
  const own = Object.entries(told.services).filter(([name]) => services.includes(name));
  return own.length === 0 ? null : { revision: told.revision, services: Object.fromEntries(own) };
}
