/**
 * What an SDK sees of a Miko, with lists of any length that change at a word: the event stream alone, its frames encoded
 * beforehand. A real Miko takes minutes to register 10,000 endpoints, and the SDK sees the same bytes.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { servicesText } from './endpoint-list.ts';

export type ListingMiko = {
  readonly url: string;
  /** The lists of the service change places: all endpoints of one go, all of the other come. Answers the new revision. */
  readonly swap: () => number;
  readonly stop: () => Promise<void>;
};

/** Miko's own rhythm is 10 s; a stream without a byte for 25 s is dead to an SDK. */
const bookmarkEveryMs = 5_000;

export async function startListingMiko(service: string, count: number, ports: readonly number[]): Promise<ListingMiko> {
  const lists = ['a', 'b'].map((generation) => Buffer.from(servicesText(service, 1, { count, generation, ports })));
  const streams = new Set<ServerResponse>();
  let revision = 1;
  const bookmarks = setInterval(() => tell('bookmark', Buffer.from('"services":{}')), bookmarkEveryMs);
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;

  return { url: `http://127.0.0.1:${port}`, swap, stop };

  function swap(): number {
    revision += 1;
    tell('snapshot', listNow());
    return revision;
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    if (!(request.url ?? '').includes('endpoints:watch')) {
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end('{"code":"not_found","status":404,"title":"only streams are served here"}');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.on('close', () => streams.delete(response));
    streams.add(response);
    writeFrame(response, 'snapshot', listNow());
  }

  function listNow(): Buffer {
    return lists[revision % lists.length] ?? Buffer.alloc(0);
  }

  function tell(event: string, services: Buffer): void {
    for (const response of streams) writeFrame(response, event, services);
  }

  function writeFrame(response: ServerResponse, event: string, services: Buffer): void {
    response.write(`event: ${event}\nid: r${revision}\ndata: {"revision":${revision},`);
    response.write(services);
    response.write('}\n\n');
  }

  async function stop(): Promise<void> {
    clearInterval(bookmarks);
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
