import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of one connection that may wait for their turn; with one more the connection is closed. */
const MOST_WAITING = 100;

/**
 * Requests that come on one connection before the earlier ones are answered may run side by side as long as all of them
 * are safe (RFC 9112, section 9.3.2). One that is not waits for those before it, and those behind it wait for it: who
 * sends a write and then a read gets an answer that knows of the write.
 */
export class TurnsOfConnection {
  readonly #connections = new WeakMap<Socket, Turns>();

  /** Calls `take` when it is the turn of this request: at once, where nothing stands against it. */
  wait({ socket, method }: IncomingMessage, response: ServerResponse, take: () => void): void {
    const isSafe = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
    const turns = this.#connections.get(socket);
    if (turns === undefined) {
      this.#connections.set(socket, { last: response, areSafe: isSafe, waiting: 0 });
      take();
      return;
    }
    const before = turns.last;
    const isAlone = before.closed;
    const mayRun = isAlone || (isSafe && turns.areSafe);
    turns.last = response;
    turns.areSafe = isSafe && (isAlone || turns.areSafe);
    if (mayRun) {
      take();
    } else if (turns.waiting === MOST_WAITING) {
      socket.destroy();
    } else {
      turns.waiting++;
      // Answers leave in the order of their requests: when the one before is out, all are.
      before.once('close', () => {
        turns.waiting--;
        if (!socket.destroyed) take();
      });
    }
  }
}

interface Turns {
  last: ServerResponse;
  /** Those that are not answered yet are safe, all of them. */
  areSafe: boolean;
  waiting: number;
}
