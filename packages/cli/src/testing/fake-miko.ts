import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A Miko that answers what a test says, over real HTTP on a port that the system chose (or a Unix socket). */
export interface FakeMiko {
  readonly url: string;
  readonly requests: readonly FakeRequest[];
  close(): Promise<void>;
}

export interface FakeRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** By `METHOD /path` without the query. A function may also take the response over and answers undefined then. */
export type Routes = Readonly<Record<string, FakeAnswer | ((request: FakeRequest, response: ServerResponse) => FakeAnswer | undefined)>>;

export async function startFakeMiko(routes: Routes, socketPath?: string): Promise<FakeMiko> {
  const requests: FakeRequest[] = [];
  const server = createServer((incoming, response) => {
    void readBody(incoming).then(body => {
      const request = { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body };
      requests.push(request);
      const route = routes[`${request.method} ${request.path.split('?', 1)[0] ?? ''}`];
      const answer = typeof route === 'function' ? route(request, response) : (route ?? problem(404, 'not_found', 'there is nothing at this path'));
      if (answer !== undefined) send(response, answer);
    });
  });
  await new Promise<void>(resolve => {
    if (socketPath === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(socketPath, resolve);
  });
  const address = server.address();
  return {
    url: typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '',
    requests,
    close: async () => {
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

export const problem = (status: number, code: string, detail: string, more: Readonly<Record<string, unknown>> = {}): FakeAnswer => ({
  status,
  headers: { 'content-type': 'application/problem+json', 'miko-request-id': 'req_1' },
  body: { type: `urn:miko:error:${code}`, title: 'T', status, code, detail, request_id: 'req_1', errors: [], ...more },
});

export const endpoint = (instance: string, more: Readonly<Record<string, unknown>> = {}) => ({
  id: `ep_${instance}`,
  instance,
  host: '127.0.0.1',
  port: 8080,
  protocol: 'http',
  public_url: null,
  zone: null,
  weight: 100,
  tags: [],
  labels: {},
  health: 'passing',
  state: 'active',
  revision: 4,
  ...more,
});

function send(response: ServerResponse, { status = 200, headers = {}, body }: FakeAnswer): void {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

async function readBody(incoming: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += String(chunk);
  return text === '' ? null : JSON.parse(text);
}
