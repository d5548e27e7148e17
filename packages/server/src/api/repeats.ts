import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HotAnswer, HotRequest } from './hot.ts';
import { newRequestId } from './request-id.ts';

/**
 * Requests that a connection sends again byte for byte, as whoever polls does: answered without being parsed again.
 * Parsing, and an answer object for each, cost node:http twice what such an answer costs.
 *
 * Only the parsing is left out. What was parsed is asked again with every repetition, so that a token that was withdrawn
 * or a list that moved counts at once. A packet is a repetition when it equals, to the byte, what the parser last took as
 * one whole request, whose answer has been sent, on this connection. Everything else goes to the parser.
 */
export class Repeats {
  readonly #find: (request: HotRequest) => HotAnswer | null;
  readonly #isOpen: () => boolean;
  readonly #keepAlive: string;
  readonly #connections = new WeakMap<Socket, Connection>();

  /** `isOpen`: false once no more answers may keep their connection. */
  constructor(keepAliveMs: number, find: (request: HotRequest) => HotAnswer | null, isOpen: () => boolean) {
    this.#find = find;
    this.#isOpen = isOpen;
    this.#keepAlive = `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveMs / 1000)}\r\n\r\n`;
  }

  /** Told of every request that was answered from encoded bytes. */
  answered(request: IncomingMessage, response: ServerResponse): void {
    if (!response.shouldKeepAlive || request.httpVersion !== '1.1' || request.headers.expect !== undefined) return;
    const connection = this.#connections.get(request.socket);
    if (connection === undefined) response.once('finish', () => setImmediate(() => this.#listen(request.socket)));
    // One that had to wait for its turn came in an earlier packet than the last.
    else if (connection.isParsing) connection.answered = { request, response };
  }

  /** From now on packets come here first. Until then node:http reads the connection without making packets of it, which is faster. */
  #listen(socket: Socket): void {
    // While answers wait, node:http stops the reading below the socket and starts it again there: not here, then. In an
    // immediate there is no such step under way.
    if (socket.destroyed || socket.isPaused() || this.#connections.has(socket)) return;
    const [parse, ...others] = socket.listeners('data');
    if (parse === undefined || others.length > 0) return;
    const connection: Connection = { packet: empty, answered: null, isWhole: false, isParsing: false };
    this.#connections.set(socket, connection);
    socket.removeListener('data', parse as () => void);
    socket.on('data', packet => {
      if (packet.equals(connection.packet) && this.#repeat(socket, connection)) return;
      connection.packet = packet;
      connection.answered = null;
      connection.isWhole = false;
      // Calls `answered` meanwhile, when the packet brings such a request to its end.
      connection.isParsing = true;
      parse.call(socket, packet);
      connection.isParsing = false;
    });
  }

  #repeat(socket: Socket, connection: Connection): boolean {
    if (connection.answered === null) return false;
    const { request, response } = connection.answered;
    // An answer still on its way must not be overtaken, and who does not read is node:http's to slow down.
    if (!response.writableFinished || socket.writableNeedDrain || !this.#isOpen()) return false;
    connection.isWhole ||= packetOf(request).equals(connection.packet);
    const answer = connection.isWhole ? this.#find(request) : null;
    if (answer === null) return false;
    socket.write(`${answer.head}miko-request-id: ${newRequestId()}\r\nDate: ${dateNow()}\r\n${this.#keepAlive}${answer.body}`, 'latin1');
    return true;
  }
}

interface Connection {
  /** The last packet that the parser was given. */
  packet: Buffer;
  /** The last request in it that was answered from encoded bytes. */
  answered: { readonly request: IncomingMessage; readonly response: ServerResponse } | null;
  /** The packet is exactly that request: no other begins in it, and the parser waits for the next. Looked at when it matters. */
  isWhole: boolean;
  isParsing: boolean;
}

const empty = Buffer.alloc(0);

/** The one packet that is read as this request whatever came before. A sender that writes it in another way is parsed each time. */
function packetOf({ method, url, rawHeaders }: IncomingMessage): Buffer {
  let text = `${method} ${url} HTTP/1.1\r\n`;
  for (let index = 0; index < rawHeaders.length; index += 2) text += `${rawHeaders[index]}: ${rawHeaders[index + 1]}\r\n`;
  return Buffer.from(`${text}\r\n`, 'latin1');
}

let date = { second: 0, text: '' };
function dateNow(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== date.second) date = { second, text: new Date(second * 1000).toUTCString() };
  return date.text;
}
