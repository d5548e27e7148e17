import { Problem } from '@miko/model';
import type { Answer, Call } from '@miko/server';
import { bytesOf, headersOf, type Door, type Sent } from '../door.ts';
import { Frames } from '../frames.ts';
import { told, type Told } from '../told.ts';

/** Straight into the pipeline: the same calls without a socket. */
export class DirectDoor implements Door {
  readonly admin: string;
  readonly url = null;
  readonly #serve: (call: Call) => Promise<Answer>;

  constructor(serve: (call: Call) => Promise<Answer>, admin: string) {
    this.#serve = serve;
    this.admin = admin;
  }

  async send<T = never>(sent: Sent): Promise<Told<T>> {
    const { status, headers, body } = await this.#serve(this.#callOf(sent));
    const text = typeof body === 'string' && sent.method !== 'HEAD' ? body : '';
    return told(status, headers, text);
  }

  async stream(sent: Sent, frames = new Frames()): Promise<Frames> {
    const { status, body } = await this.#serve(this.#callOf({ ...sent, headers: { accept: 'text/event-stream', ...sent.headers } }));
    if (status !== 200 || body === null || typeof body === 'string') throw new Error(`a stream was refused: ${status} ${body as string}`);
    const closed: (() => void)[] = [];
    const close = () => {
      frames.end();
      for (const listener of closed.splice(0)) listener();
    };
    frames.from(close);
    body.open({
      waiting: 0,
      write(chunk) {
        frames.feed(chunk.toString());
        return true;
      },
      // This reader is never behind.
      onDrained() {},
      onClosed: listener => void closed.push(listener),
      end(last) {
        if (last !== undefined) frames.feed(last.toString());
        close();
      },
      destroy: close,
    });
    return frames;
  }

  #callOf(sent: Sent): Call {
    const bytes = bytesOf(sent.body) ?? Buffer.alloc(0);
    return {
      method: sent.method, url: sent.path, headers: headersOf(sent, this.admin), remote: '127.0.0.1',
      body: limit => (bytes.length > limit ? Promise.reject(new Problem('too_large', `a body here has at most ${limit} bytes`)) : Promise.resolve(bytes)),
    };
  }
}
