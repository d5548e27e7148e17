/** Reads an HTTP/1.1 answer that carries server-sent events, in chunks or until the connection ends, from its pieces as they come. */

export type SseFrame = { readonly event: string; readonly data: string };

export type SseReader = {
  /** Bytes of the connection as latin1 text, so that lengths are bytes. Throws when the answer is not a 200. */
  readonly feed: (text: string) => SseFrame[];
};

export function sseReader(): SseReader {
  let head = true;
  let chunked = false;
  let raw = '';
  let events = '';
  return {
    feed: (text) => {
      raw += text;
      if (head) {
        const end = raw.indexOf('\r\n\r\n');
        if (end < 0) return [];
        chunked = isChunked(raw.slice(0, end));
        raw = raw.slice(end + 4);
        head = false;
      }
      const { payload, rest } = chunked ? dechunked(raw) : { payload: raw, rest: '' };
      raw = rest;
      events += payload;
      const complete = events.lastIndexOf('\n\n');
      if (complete < 0) return [];
      const frames = events.slice(0, complete).split('\n\n').map(frameOf);
      events = events.slice(complete + 2);
      return frames;
    },
  };
}

/** The revision of a delta; null for every other frame. Deltas begin with it, so the rest need not be parsed. */
export function deltaRevision(frame: SseFrame): number | null {
  if (frame.event !== 'delta') return null;
  const revision = /^\{"revision":(\d+)/.exec(frame.data)?.[1];
  return revision === undefined ? null : Number(revision);
}

function isChunked(head: string): boolean {
  if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(head.split('\r\n', 1)[0] ?? 'no status line');
  return /\r\ntransfer-encoding: chunked/i.test(head);
}

/** Joins the complete chunks at the beginning of `raw`; what follows them is the rest. */
function dechunked(raw: string): { payload: string; rest: string } {
  let payload = '';
  let position = 0;
  for (;;) {
    const lineEnd = raw.indexOf('\r\n', position);
    if (lineEnd < 0) break;
    const size = Number.parseInt(raw.slice(position, lineEnd), 16);
    if (Number.isNaN(size)) throw new Error('a chunk without size');
    if (size === 0) throw new Error('the stream ended');
    const end = lineEnd + 2 + size;
    if (end + 2 > raw.length) break;
    payload += raw.slice(lineEnd + 2, end);
    position = end + 2;
  }
  return { payload, rest: raw.slice(position) };
}

function frameOf(block: string): SseFrame {
  let event = 'message';
  let data = '';
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) event = line.slice(7);
    else if (line.startsWith('data: ')) data += line.slice(6);
  }
  return { event, data };
}
