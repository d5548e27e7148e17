/** Server-sent events as they come in: every frame is kept, and a reader may wait for one that is still to come. */
export interface Frame {
  readonly event: string;
  readonly id: string | null;
  readonly data: FrameData;
}

export interface FrameData {
  readonly revision?: number;
  readonly items?: unknown;
}

const MOST_WAIT_MS = 15_000;

export class Frames {
  readonly frames: Frame[] = [];
  #close: () => void = () => {};
  readonly #waiting = new Set<() => void>();
  #text = '';
  ended = false;

  /** Where they come from now; what a former source left unfinished is dropped. */
  from(close: () => void): this {
    this.#close = close;
    this.#text = '';
    this.ended = false;
    return this;
  }

  /** The cursor of the last frame that has one. */
  get cursor(): string | null {
    return this.frames.findLast(frame => frame.id !== null)?.id ?? null;
  }

  /** Takes the next piece of the stream. */
  feed(piece: string): void {
    this.#text += piece;
    for (let at = this.#text.indexOf('\n\n'); at >= 0; at = this.#text.indexOf('\n\n')) {
      const block = this.#text.slice(0, at);
      this.#text = this.#text.slice(at + 2);
      if (block.includes('data: ')) this.frames.push(frameOf(block));
    }
    for (const look of this.#waiting) look();
  }

  end(): void {
    this.ended = true;
    for (const look of this.#waiting) look();
  }

  /** Resolves to what `find` finds among the frames, at the latest after a bound, and rejects with what there was. */
  until<T>(find: (frames: readonly Frame[]) => T | undefined, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const look = () => {
        const found = find(this.frames);
        if (found === undefined) return;
        done();
        resolve(found);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`no ${what} came; the last frames were ${JSON.stringify(this.frames.slice(-5)).slice(0, 1_500)}`));
      }, MOST_WAIT_MS);
      this.#waiting.add(look);
      look();
    });
  }

  close(): void {
    this.#close();
  }
}

function frameOf(block: string): Frame {
  const field = (name: string) => block.split('\n').find(line => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null;
  return { event: field('event') ?? 'message', id: field('id'), data: JSON.parse(field('data') ?? 'null') as FrameData };
}
