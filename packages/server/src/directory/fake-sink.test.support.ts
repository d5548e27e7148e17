import type { Sink } from '../api/call.ts';

/** A stream that, like a real response, breaks when it is written to after its end. */
export class FakeSink implements Sink {
  readonly frames: string[] = [];
  waiting = 0;
  ended = false;
  destroyed = false;
  full = false;
  drained: () => void = () => {};
  closed: () => void = () => {};

  write(chunk: Buffer): boolean {
    if (this.ended) throw new Error('write after end');
    this.frames.push(chunk.toString());
    if (this.full) this.waiting += chunk.length;
    return !this.full;
  }
  onDrained(listener: () => void): void {
    this.drained = listener;
  }
  onClosed(listener: () => void): void {
    this.closed = listener;
  }
  end(last?: Buffer): void {
    if (this.ended) throw new Error('end after end');
    if (last !== undefined) this.write(last);
    this.ended = true;
  }
  destroy(): void {
    this.destroyed = true;
  }

  /** The data of its frames of an event. */
  named<T>(event: string): T[] {
    return this.frames.filter(f => f.startsWith(`event: ${event}\n`)).map(f => JSON.parse(/^data: (.*)$/m.exec(f)![1]!) as T);
  }
}
