/** Frames of the stream: server-sent events (WHATWG HTML, section 9.2) with compact JSON in `data`. */
export const frame = (event: 'snapshot' | 'delta' | 'bookmark', cursor: string, data: string): Buffer =>
  Buffer.from(`event: ${event}\nid: ${cursor}\ndata: ${data}\n\n`, 'latin1');

/** A part of a snapshot that is not its last: whoever has no more than it has nothing to resume from. */
export const partFrame = (data: string): Buffer => Buffer.from(`event: snapshot\ndata: ${data}\n\n`, 'latin1');

/** The last frame of a stream that ends; `retryMs` is how long to wait before coming back. */
export const errorFrame = (problem: string, retryMs: number): Buffer =>
  Buffer.from(`event: error\nretry: ${retryMs}\ndata: ${problem}\n\n`, 'latin1');

export const streamHeaders: Readonly<Record<string, string>> = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
