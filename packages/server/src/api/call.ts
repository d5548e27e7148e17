import type { IncomingHttpHeaders } from 'node:http';
import { asciiJson } from './ascii-json.ts';

/** A request and its answer as the pipeline sees them: plain, without a transport. */
export interface Call {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly remote: string;
  /** The whole body; rejects with Problem `too_large` beyond `limit` bytes. */
  body(limit: number): Promise<Buffer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** ASCII text, so that head and body leave in one write; null: no body. */
  readonly body: string | Stream | null;
}

/** An answer that is whole, and can be given again. */
export interface PlainAnswer extends Answer {
  readonly body: string | null;
}

/** A body that goes on: called once the head is written. */
export interface Stream {
  open(sink: Sink): void;
}

export interface Sink {
  /** False when the reader is behind; `drained` tells when it has caught up. */
  write(chunk: Buffer): boolean;
  /** Bytes written that the reader has not taken. */
  readonly waiting: number;
  onDrained(listener: () => void): void;
  onClosed(listener: () => void): void;
  end(last?: Buffer): void;
  destroy(): void;
}

export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): PlainAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: asciiJson(value),
});

export const empty = (status: number, headers: Readonly<Record<string, string>> = {}): PlainAnswer => ({ status, headers, body: null });
