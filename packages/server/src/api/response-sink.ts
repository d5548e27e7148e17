import type { ServerResponse } from 'node:http';
import type { Sink } from './call.ts';

/** An open response as what a stream writes into. */
export function sinkOf(response: ServerResponse): Sink {
  // Told of by `close` as well; without a listener it would end the process.
  response.on('error', () => {});
  return sink(response);
}

const sink = (response: ServerResponse): Sink => ({
  write: chunk => response.write(chunk),
  get waiting() {
    return response.writableLength;
  },
  onDrained: listener => void response.on('drain', listener),
  onClosed: listener => void response.on('close', listener),
  end: last => void (last === undefined ? response.end() : response.end(last)),
  destroy: () => void response.destroy(),
});
