import { chmodSync, lstatSync, mkdtempSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CLIENT, MIKO } from './plan.ts';
import { Acts, Refusal, verbs, type Verb, type World } from './verbs.ts';

/**
 * `$MIKO_DATA_DIR/demo.sock`, for `miko demo`: HTTP over a Unix socket that only its owner may open (0600).
 *
 *     POST /act {"verb": "kill", "name": "web-2"}   200 {"message"}; 400, 404, 409 {"code", "detail"}
 *     GET /status                                   200 {"processes": [...], "client": {calls, errors, ...} or null}
 */
export interface ControlSocket {
  readonly close: () => Promise<void>;
}

/** `sun_path` holds 108 bytes with its end. */
const MOST_PATH_BYTES = 103;
const MOST_BODY_BYTES = 4_096;
const MOST_CONNECTIONS = 32;

export async function openControlSocket(dataDir: string, world: World): Promise<ControlSocket> {
  const name = join(dataDir, 'demo.sock');
  remove(name);
  const path = Buffer.byteLength(name) <= MOST_PATH_BYTES ? name : shortPath(name);
  const acts = new Acts(world);
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 }, (request, response) => {
    answer(world, acts, request).then(
      body => reply(response, 200, body),
      (error: unknown) => refuse(response, error),
    );
  });
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, path);
  chmodSync(path, 0o600);
  return {
    close: async () => {
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      await closed;
      remove(name);
      if (path !== name) rmSync(dirname(path), { recursive: true, force: true });
    },
  };
}

/** Whether a demo answers at the socket of this folder. */
export function isDemoRunning(dataDir: string): Promise<boolean> {
  return new Promise(resolve => {
    const probe = httpRequest({ socketPath: join(dataDir, 'demo.sock'), path: '/status', timeout: 2_000 }, response => {
      response.resume();
      resolve(true);
    });
    probe.on('timeout', () => probe.destroy());
    probe.on('error', () => resolve(false));
    probe.end();
  });
}

async function answer({ fleet, server }: World, acts: Acts, request: IncomingMessage): Promise<unknown> {
  if (request.method === 'GET' && request.url === '/status') {
    const members = [...fleet.members.values()].map(({ name, service, state, pid, port }) => ({ name, service, state, pid, port }));
    const miko = { name: MIKO, service: null, state: server.state === 'starting' ? 'running' : server.state, pid: server.pid, port: server.port };
    return { processes: [...members, miko], client: fleet.members.get(CLIENT)?.state === 'running' ? fleet.totals : null };
  }
  if (request.method !== 'POST' || request.url !== '/act') throw new Refusal(404, 'here are POST /act and GET /status');
  const { verb, name } = readAct(await readBody(request));
  return { message: await acts.act(verb, name) };
}

function readAct(text: string): { readonly verb: Verb; readonly name: string } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new Refusal(400, 'the body is not JSON', cause);
  }
  const { verb, name } = (typeof body === 'object' && body !== null ? body : {}) as { readonly verb?: unknown; readonly name?: unknown };
  const known = verbs.find(one => one === verb);
  if (known === undefined) throw new Refusal(400, `verb must be one of ${verbs.join(', ')}`);
  if (typeof name !== 'string' || name === '' || name.length > 100) throw new Refusal(400, 'name must be 1 to 100 characters, for example web-2');
  return { verb: known, name };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) throw new Refusal(400, `the body is larger than ${MOST_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refuse(response: ServerResponse, error: unknown): void {
  if (error instanceof Refusal) reply(response, error.status, { code: error.code, detail: error.message });
  else reply(response, 500, { code: 'internal', detail: (error as Error).message });
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), connection: 'close' });
  response.end(text);
}

/** A folder of its own under the system's temporary one, and the usual name as a link to it. */
function shortPath(name: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'miko-')), 'demo.sock');
  symlinkSync(path, name);
  return path;
}

/** The file is made while `listen` runs, so with the right mode from the first moment. */
async function listen(server: Server, path: string): Promise<void> {
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', resolve);
  });
  const before = process.umask(0o177);
  server.listen(path);
  process.umask(before);
  await listening;
}

/** What a supervisor that was killed left behind. */
function remove(name: string): void {
  if (lstatSync(name, { throwIfNoEntry: false }) !== undefined) unlinkSync(name);
}
