import { setImmediate } from 'node:timers/promises';

/** So much is worked off before other calls get their turn: a few milliseconds of parsing. */
const CHARACTERS = 250_000;

/** The lines, with a break after each quarter of a megabyte, in which other calls get their turn. */
export async function* inTurns(lines: Iterable<string>): AsyncGenerator<readonly string[]> {
  let [chunk, length] = [[] as string[], 0];
  for (const line of lines) {
    chunk.push(line);
    length += line.length;
    if (length < CHARACTERS) continue;
    yield chunk;
    [chunk, length] = [[], 0];
    await setImmediate();
  }
  yield chunk;
}

/** The lines of a text in UTF-8 that are not empty, read as they are asked for. */
export function* linesOf(bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(10, at);
    const line = bytes.toString('utf8', at, end < 0 ? bytes.length : end);
    if (line !== '') yield line;
    at = end < 0 ? bytes.length : end + 1;
  }
}
