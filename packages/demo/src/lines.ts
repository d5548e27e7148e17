import type { Readable } from 'node:stream';

/** Hands on each line without its end. A longer one than `mostChars` ends the stream with an error. */
export function readLines(stream: Readable, take: (line: string) => void, mostChars = 1_000): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
    if (rest.length > mostChars) stream.destroy(new Error(`a line is longer than ${mostChars} characters`));
  });
}
