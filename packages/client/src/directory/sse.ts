import { MikoError } from '../problem.ts';

/** One dispatched event; `id` is the last id seen so far, as the standard has it (null before the first). */
export type SseEvent = { readonly event: string; readonly data: string; readonly id: string | null };

export type SseDecoder = {
  /** Takes the next piece of the body, cut anywhere, and answers the events it completed. */
  readonly push: (text: string) => SseEvent[];
  /** The last `retry:` in milliseconds; null when none came. */
  readonly retryMs: () => number | null;
};

/**
 * Decodes `text/event-stream` (WHATWG HTML, section 9.2.6) from text pieces. An event counts only when its blank line
 * has come: what a cut stream leaves behind half told is dropped, and its id with it.
 *
 * Throws `bad_answer` when one event is longer than `maxChars`.
 */
export function createSseDecoder(maxChars: number): SseDecoder {
  let parts: string[] = [];
  let held = 0;
  let afterCr = false;
  let started = false;
  let name = '';
  let data: string[] = [];
  let pendingId: string | null = null;
  let id: string | null = null;
  let retry: number | null = null;

  return { push, retryMs: () => retry };

  function push(piece: string): SseEvent[] {
    const events: SseEvent[] = [];
    const text = withoutByteOrderMark(piece);
    let from = 0;
    for (let end = lineEnd(text, 0); end >= 0; end = lineEnd(text, from)) {
      // A line feed right after a carriage return belongs to it, even when the two came in different pieces.
      const pairTail = afterCr && end === from && text[end] === '\n';
      afterCr = text[end] === '\r';
      if (!pairTail) {
        keep(text.slice(from, end));
        takeLine(parts.join(''), events);
        parts = [];
      }
      from = end + 1;
    }
    if (from < text.length) {
      afterCr = false;
      keep(text.slice(from));
    }
    return events;
  }

  function keep(piece: string): void {
    parts.push(piece);
    held += piece.length;
    if (held > maxChars) throw new MikoError('bad_answer', `an event of the stream is longer than ${maxChars} characters`);
  }

  function takeLine(line: string, events: SseEvent[]): void {
    if (line === '') return dispatch(events);
    if (line.startsWith(':')) return;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') name = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) pendingId = value;
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) retry = Number(value);
  }

  function dispatch(events: SseEvent[]): void {
    if (pendingId !== null) id = pendingId;
    if (data.length > 0) events.push({ event: name === '' ? 'message' : name, data: data.join('\n'), id });
    name = '';
    data = [];
    held = 0;
  }

  function withoutByteOrderMark(piece: string): string {
    if (started || piece === '') return piece;
    started = true;
    return piece.startsWith('\uFEFF') ? piece.slice(1) : piece;
  }
}

/** Where the next line feed or carriage return stands; -1 when there is none. */
function lineEnd(text: string, from: number): number {
  LINE_END.lastIndex = from;
  return LINE_END.exec(text)?.index ?? -1;
}

const LINE_END = /[\r\n]/g;
