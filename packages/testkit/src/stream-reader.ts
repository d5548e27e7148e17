import { eventually } from './eventually.ts';

export interface Frame {
  readonly event: string;
  readonly id: string | null;
  readonly data: never;
}

/** Reads a stream of server-sent events and keeps every frame. */
export class StreamReader {
  readonly frames: Frame[] = [];
  readonly #abort = new AbortController();
  ended = false;

  static async open(url: string, token: string, headers: Readonly<Record<string, string>> = {}): Promise<StreamReader> {
    const reader = new StreamReader();
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...headers }, signal: reader.#abort.signal });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    void reader.#read(response.body!);
    return reader;
  }

  /** The cursor of the last frame. */
  get cursor(): string {
    return this.frames.findLast(frame => frame.id !== null)!.id!;
  }

  /** The first frame from `from` on that fits, waiting for it. */
  next<T = never>(event: string, fits: (data: T) => boolean = () => true, from = 0): Promise<T> {
    return eventually(
      () => this.frames.slice(from).find(frame => frame.event === event && fits(frame.data as T))?.data as T | undefined,
      15_000, `a ${event} frame; there were ${JSON.stringify(this.frames.slice(-5))}`, 5,
    );
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const chunk of body) {
        text += decoder.decode(chunk, { stream: true });
        for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
          this.#take(text.slice(0, at));
          text = text.slice(at + 2);
        }
      }
    } catch {
      // closed by either side; `ended` tells
    }
    this.ended = true;
  }

  #take(block: string): void {
    const field = (name: string) => block.split('\n').find(line => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null;
    this.frames.push({ event: field('event') ?? 'message', id: field('id'), data: JSON.parse(field('data') ?? 'null') as never });
  }
}
