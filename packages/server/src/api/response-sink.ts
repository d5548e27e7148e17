import type { ServerResponse } from 'node:http';
import type { Sink } from './call.ts';

/**
 * An open response as what a stream writes into. Chunks go to the socket with their frame (RFC 9112, section 7.1) already
 * around them: `response.write` makes three writes of each, for every reader anew.
 */
export function sinkOf(response: ServerResponse): Sink {
  // Told of by `close` as well; without a listener it would end the process.
  response.on('error', () => {});
  const isChunked = response.chunkedEncoding;
  return {
    write(chunk) {
      // Without a socket it waits for the answer to an earlier request on its connection.
      const { socket } = response;
      return socket === null ? response.write(chunk) : socket.write(isChunked ? framed(chunk) : chunk);
    },
    get waiting() {
      return response.socket?.writableLength ?? response.writableLength;
    },
    onDrained(listener) {
      response.on('drain', listener);
      const { socket } = response.req;
      socket.on('drain', listener);
      // The connection may outlive the answer.
      response.once('close', () => socket.removeListener('drain', listener));
    },
    onClosed: listener => void response.on('close', listener),
    end: last => void (last === undefined ? response.end() : response.end(last)),
    destroy: () => void response.destroy(),
  };
}

/** Larger ones are not kept: nobody else may ever want them. */
const MOST_KEPT_BYTES = 1024 * 1024;
/** One chunk goes to many readers in a row. */
let latest: { readonly chunk: Buffer; readonly frame: Buffer } = { chunk: Buffer.alloc(0), frame: Buffer.alloc(0) };

function framed(chunk: Buffer): Buffer {
  if (latest.chunk === chunk) return latest.frame;
  const frame = Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`, 'latin1'), chunk, Buffer.from('\r\n', 'latin1')]);
  if (chunk.length <= MOST_KEPT_BYTES) latest = { chunk, frame };
  return frame;
}
