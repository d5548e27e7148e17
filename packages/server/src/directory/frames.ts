/** Frames of the stream: server-sent events (WHATWG HTML, section 9.2) with compact JSON in `data`. */
export const frame = (event: 'snapshot' | 'delta' | 'bookmark', cursor: string, data: string): Buffer =>
  Buffer.from(`event: ${event}\nid: ${cursor}\ndata: ${data}\n\n`, 'latin1');

/** The last frame of a stream that ends; `retryMs` is how long to wait before coming back. */
export const errorFrame = (problem: string, retryMs: number): Buffer =>
  Buffer.from(`event: error\nretry: ${retryMs}\ndata: ${problem}\n\n`, 'latin1');
