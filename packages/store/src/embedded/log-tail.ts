/** Longest line passed on, in characters; the rest of a longer one is cut off. PostgreSQL quotes whole statements. */
const longestLine = 8_192;
/** Characters kept for error messages. */
const keptTail = 16_384;

/** Cuts a program's output into lines, hands each on, and keeps the end of it all. Memory is bounded whatever comes. */
export class LogTail {
  #kept = '';
  #line = '';
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  add(text: string): void {
    this.#kept = (this.#kept + text).slice(-keptTail);
    const [first = '', ...rest] = text.split('\n');
    this.#grow(first);
    for (const next of rest) {
      this.#log(this.#line);
      this.#line = '';
      this.#grow(next);
    }
  }

  #grow(text: string): void {
    this.#line += text.slice(0, longestLine - this.#line.length);
  }

  /** All that is kept. */
  text(): string {
    return this.#kept;
  }

  /** The last lines, for an error message. */
  lines(count: number): string {
    return this.#kept.trimEnd().split('\n').slice(-count).join('\n');
  }
}
