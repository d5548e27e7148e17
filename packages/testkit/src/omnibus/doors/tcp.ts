import { Agent, request, type IncomingMessage } from 'node:http';
import { bytesOf, headersOf, type Door, type Sent } from '../door.ts';
import { Frames } from '../frames.ts';
import { told, type Told } from '../told.ts';

/** HTTP over sockets that are kept. */
export class TcpDoor implements Door {
  readonly url: string;
  readonly admin: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(url: string, admin: string) {
    this.url = url;
    this.admin = admin;
  }

  async send<T = never>(sent: Sent): Promise<Told<T>> {
    const incoming = await this.#ask(sent);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    return told(incoming.statusCode!, plain(incoming), Buffer.concat(chunks).toString());
  }

  async stream(sent: Sent, frames = new Frames()): Promise<Frames> {
    const incoming = await this.#ask({ ...sent, headers: { accept: 'text/event-stream', ...sent.headers } });
    if (incoming.statusCode !== 200) {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      throw new Error(`a stream was refused: ${incoming.statusCode} ${Buffer.concat(chunks).toString()}`);
    }
    frames.from(() => incoming.destroy());
    // A stream that is closed, by either side, has ended: who waits on it is told what there was.
    incoming.setEncoding('utf8').on('data', (piece: string) => frames.feed(piece)).on('error', () => frames.end()).on('close', () => frames.end());
    return frames;
  }

  close(): void {
    this.#agent.destroy();
  }

  #ask(sent: Sent): Promise<IncomingMessage> {
    const { hostname, port } = new URL(this.url);
    const bytes = bytesOf(sent.body);
    const headers = { ...headersOf(sent, this.admin), ...(bytes === null ? {} : { 'content-length': String(bytes.length) }) };
    return new Promise((resolve, reject) => {
      const outgoing = request({ agent: this.#agent, hostname, port, method: sent.method, path: sent.path, headers, timeout: 30_000 }, resolve);
      outgoing.on('error', reject).on('timeout', () => outgoing.destroy(new Error(`no answer to ${sent.method} ${sent.path.slice(0, 200)}`)));
      outgoing.end(bytes ?? undefined);
    });
  }
}

const plain = (incoming: IncomingMessage): Told['headers'] =>
  Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
