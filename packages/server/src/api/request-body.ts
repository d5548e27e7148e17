import type { IncomingMessage } from 'node:http';
import { Problem } from '@miko/model';

/** The whole body; rejects with Problem `too_large` as soon as it is known to be longer than `limit` bytes. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = () => new Problem('too_large', `a body here has at most ${limit} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      request.off('data', take).pause();
      reject(tooLarge());
    };
    const broken = (cause?: unknown) => reject(new Problem('invalid_request', 'the body broke off', { cause }));
    request.on('data', take);
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on('error', broken);
    request.on('aborted', broken);
  });
}

const MOST_DISCARDED_BYTES = 8 * 1024 * 1024;
const MOST_DISCARDING_MS = 2_000;

/**
 * Takes in what is left of a body that nobody wants, then calls `done`, at the latest at a bound. A connection that is
 * closed on unread bytes is reset, and the reset overtakes the answer: its caller would learn nothing.
 */
export function discardRest(request: IncomingMessage, done: () => void): void {
  let size = 0;
  const finish = () => {
    clearTimeout(timer);
    request.off('data', count).off('end', finish).off('close', finish);
    done();
  };
  const count = (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_DISCARDED_BYTES) finish();
  };
  const timer = setTimeout(finish, MOST_DISCARDING_MS);
  request.on('data', count).on('end', finish).on('close', finish).resume();
}
