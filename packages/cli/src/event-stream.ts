import { Failure } from './failure.ts';

/** One event of a server-sent event stream (WHATWG HTML, section 9.2): its type, data and the last id seen. */
export interface StreamEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/** No event of a stream may be larger, in characters; one that is ends the stream with a failure. */
const MOST_CHARACTERS = 128 * 1024 * 1024;

/** Events as they arrive; ends where the bytes end. An event cut off by the end is dropped, as the standard says. */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>, mostCharacters: number = MOST_CHARACTERS): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let event = '';
  let data: string[] = [];
  let size = 0;
  let afterReturn = false;
  let id = '';
  for await (const chunk of chunks) {
    const decoded = decoder.decode(chunk, { stream: true });
    // A line end of two characters may be cut in two by the chunks.
    const text = afterReturn && decoded.startsWith('\n') ? decoded.slice(1) : decoded;
    if (decoded !== '') afterReturn = decoded.endsWith('\r');
    const lines = text.split(/\r\n|\n|\r/);
    // The first piece goes on with the line before; the last is not complete yet.
    const last = lines.pop() ?? '';
    if (lines.length === 0) {
      rest += last;
      if (size + rest.length > mostCharacters) throw tooLarge(mostCharacters);
      continue;
    }
    lines[0] = rest + (lines[0] ?? '');
    rest = last;
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { event: event === '' ? 'message' : event, data: data.join('\n'), id };
        event = '';
        data = [];
        size = 0;
        continue;
      }
      size += line.length;
      if (size > mostCharacters) throw tooLarge(mostCharacters);
      const [name, value] = field(line);
      if (name === 'event') event = value;
      else if (name === 'data') data.push(value);
      else if (name === 'id' && !value.includes('\0')) id = value;
    }
  }
}

function field(line: string): readonly [string, string] {
  const at = line.indexOf(':');
  if (at === -1) return [line, ''];
  return [line.slice(0, at), line.slice(line[at + 1] === ' ' ? at + 2 : at + 1)];
}

const tooLarge = (most: number): Failure => new Failure('error', 'too_large', `An event of the stream is larger than ${most} characters`);
