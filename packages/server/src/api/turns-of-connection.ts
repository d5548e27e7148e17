import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Requests that come on one connection before the earlier ones are answered may run side by side as long as all of them
 * are safe (RFC 9112, section 9.3.2). One that is not waits for those before it, and those behind it wait for it: who
 * sends a write and then a read gets an answer that knows of the write.
 */
export class TurnsOfConnection {
  readonly #last = new WeakMap<Socket, Turn>();

  /** Calls `take` when it is the turn of this request: at once, where nothing stands against it. */
  wait({ socket, method }: IncomingMessage, response: ServerResponse, take: () => void): void {
    const before = this.#last.get(socket);
    const isAlone = before === undefined || before.response.closed;
    const isSafe = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
    this.#last.set(socket, { response, isSafe: isSafe && (isAlone || before.isSafe) });
    if (isAlone || (isSafe && before.isSafe)) take();
    // Answers leave in the order of their requests: when the one before is out, all are.
    else before.response.once('close', take);
  }
}

interface Turn {
  readonly response: ServerResponse;
  /** It is safe, and so is every other that it may run beside. */
  readonly isSafe: boolean;
}
