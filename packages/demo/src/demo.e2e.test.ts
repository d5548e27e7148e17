import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** The whole of it as `npm start` runs it, in a folder of its own. The tests are one story and run in this order. */
const dataDir = mkdtempSync(join(tmpdir(), 'miko-demo-'));
const socketPath = join(dataDir, 'demo.sock');
const seenPids = new Set<number>();
let listen = '';
let demo: Run;

beforeAll(async () => {
  listen = `127.0.0.1:${await freePort()}`;
  demo = run();
  await callsAbove(0);
});

afterAll(async () => {
  await demo.end('SIGKILL');
  await until('no process to be left', () => seenPids.values().every(isGone));
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

describe('the demo', () => {
  test('calls flow, by three kinds of services', async () => {
    const { processes } = await status();
    expect(processes.map(({ name }) => name)).toEqual(
      ['web-1', 'web-2', 'web-3', 'orders-1', 'orders-2', 'billing-1', 'billing-2', 'quotes-1', 'quotes-2', 'cache-1', 'cache-2', 'client', 'miko'],
    );
    expect(processes.every(({ state, pid }) => state === 'running' && pid !== null)).toBe(true);
    expect(demo.output()).toContain('npx miko demo kill web-2');
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
    await moreCalls(200);
  });

  test('a killed process leaves the list, and calls go on', async () => {
    expect(await act('kill', 'web-2')).toMatchObject({ status: 200, message: expect.stringContaining('web-2') as string });
    await until('web-2 to leave the list', async () => !(await instances('web')).includes('web-2'));
    await moreCalls(200);
  });

  test('a process that is stopped is out of the list before it ends', async () => {
    await act('stop', 'orders-1');
    expect(await instances('orders')).toEqual(['orders-2']);
    await moreCalls(200);
  });

  test('a process that is started again is back', async () => {
    await act('start', 'web-2');
    expect(await instances('web')).toEqual(['web-1', 'web-2', 'web-3']);
    await act('start', 'orders-1');
    expect(await instances('orders')).toEqual(['orders-1', 'orders-2']);
  });

  test('a durable endpoint leaves the list by its check, and comes back by it', async () => {
    await act('kill', 'cache-1');
    await until('cache-1 to leave the list', async () => !(await instances('cache')).includes('cache-1'));
    await act('start', 'cache-1');
    expect(await instances('cache')).toEqual(['cache-1', 'cache-2']);
  });

  test('a process can be added', async () => {
    expect((await act('add', 'web')).message).toMatch(/^web-4 runs \(pid \d+, port \d+\) and is in the list/);
    expect(await instances('web')).toContain('web-4');
  });

  test('a drain returns when the client let go', async () => {
    expect((await act('drain', 'web/web-3')).message).toMatch(/^web-3 is drained: every watcher let go within \d+ ms/);
    expect(await instances('web')).not.toContain('web-3');
    await moreCalls(200);
  });

  test('while Miko is dead calls go on, and afterwards the list is what it was', async () => {
    const before = await instances('web');
    await act('kill', 'miko');
    const first = await until('the client to notice', async () => whileAway(await totals()));
    let last = first;
    await until('the client to have Miko again', async () => {
      const now = await totals();
      last = whileAway(now) ?? last;
      return now.connected;
    });
    expect(last.calls - first.calls).toBeGreaterThan(200);
    expect(await instances('web')).toEqual(before);
    await moreCalls(200);
  });

  test('what cannot be done is refused in words that help', async () => {
    expect(await act('kill', 'web-9')).toMatchObject({ status: 404, detail: expect.stringContaining('web-1, web-2') as string });
    expect(await act('add', 'mail')).toMatchObject({ status: 404, detail: expect.stringContaining('web, orders, billing') as string });
    expect(await act('melt', 'web-1')).toMatchObject({ status: 400, detail: 'verb must be one of kill, stop, start, add, drain' });
    expect(await act('drain', 'orders/web-3')).toMatchObject({ status: 404, detail: expect.stringContaining('"orders/web-3"') as string });
    expect(await act('drain', 'miko')).toMatchObject({ status: 400 });
    expect(await act('add', 'web-21')).toMatchObject({ status: 409, detail: 'web can have 20 processes here, up to web-20' });
    expect(await act('add', 'web-1')).toMatchObject({ status: 409, detail: 'web-1 is there already (running)' });
    expect(await ask('POST', '/act', '{"verb":')).toMatchObject({ status: 400, body: { detail: 'the body is not JSON' } });
  });

  test('a second one on the same folder is refused', async () => {
    const second = run();
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('a demo runs already');
    const other = run({ MIKO_DATA_DIR: join(dataDir, 'other') });
    expect(await other.ended).toBe(1);
    expect(other.output()).toContain(`Miko cannot listen on ${listen}`);
  });

  test('no call failed in all of it', async () => {
    expect(await totals()).toMatchObject({ errors: 0 });
    expect(demo.output()).not.toContain('failed:');
  });

  test('Ctrl-C leaves no process behind, and a second one does no harm', async () => {
    rememberDatabase();
    demo.child.kill('SIGINT');
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(0);
    expect([...seenPids].filter(pid => !isGone(pid))).toEqual([]);
  });

  test('killed with -9 it leaves no process behind either', async () => {
    demo = run();
    await callsAbove(0);
    rememberDatabase();
    await demo.end('SIGKILL');
    await until('every process to end', () => seenPids.values().every(isGone));
  });
});

/** Where `npm test` did not find a language's tools, there is no test for it. */
const foreign = (['python', 'go'] as const).filter(language => process.env[`MIKO_SDK_${language.toUpperCase()}`]);
/** Of the first build on a machine, in which everything beneath is compiled as well. */
const BUILD_LIMIT_MS = 300_000;

describe.each(foreign)('with its client in %s', language => {
  test('no call fails through kills, a drain and a new start of Miko, and no process is left', { timeout: BUILD_LIMIT_MS + 180_000 }, async () => {
    demo = run({}, [`--client=${language}`]);
    await until('the client to be built', () => demo.output().includes('Miko starts at'), BUILD_LIMIT_MS);
    await callsAbove(0);

    const program = await clientProgram();
    await act('kill', 'client');
    await until('its program to end', () => isGone(program));
    expect((await act('start', 'client')).message).toMatch(/^client runs/);
    expect(isGone(await clientProgram())).toBe(false);

    await act('kill', 'web-2');
    await until('web-2 to leave the list', async () => !(await instances('web')).includes('web-2'));
    await moreCalls(100);
    expect((await act('drain', 'orders-1')).message).toMatch(/^orders-1 is drained: every watcher let go within \d+ ms/);
    await moreCalls(100);
    await undrain('orders', 'orders-1');

    await act('kill', 'miko');
    await until('the client to notice', async () => whileAway(await totals()));
    await act('kill', 'billing-1');
    await until('the client to have Miko again', async () => (await totals()).connected);
    await moreCalls(100);
    expect(demo.output()).not.toContain('failed:');

    rememberDatabase();
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(0);
    expect([...seenPids].filter(pid => !isGone(pid))).toEqual([]);
  });
});

test('a client in a language that is not there is refused before anything starts', async () => {
  const missing = run({ MIKO_SDK_GO: '', MIKO_SDK_GO_MISSING: 'there is no Go' }, ['--client=go']);
  expect(await missing.ended).toBe(1);
  expect(missing.output()).toBe('The client cannot run in Go: there is no Go\n');
});

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
  readonly end: (signal: NodeJS.Signals) => Promise<void>;
}

function run(env: Readonly<Record<string, string>> = {}, args: readonly string[] = []): Run {
  const child = spawn(process.execPath, ['--conditions=source', fileURLToPath(new URL('./main.ts', import.meta.url)), ...args], {
    env: { ...inherited, MIKO_DATA_DIR: dataDir, MIKO_LISTEN: listen, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-100_000)));
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
  if (child.pid !== undefined) seenPids.add(child.pid);
  return {
    child,
    output: () => output,
    ended,
    end: async signal => {
      child.kill(signal);
      await ended;
    },
  };
}

/** Nothing but what the tools need. */
const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(PATH|HOME|GO.*|MIKO_SDK_.*|https?_proxy|no_proxy)$/i.test(name)));

interface Status {
  readonly processes: readonly { readonly name: string; readonly state: string; readonly pid: number | null }[];
  readonly client: Totals | null;
}

interface Totals {
  readonly calls: number;
  readonly errors: number;
  readonly skipped: number;
  readonly connected: boolean;
}

async function status(): Promise<Status> {
  const { body } = await ask('GET', '/status');
  const found = body as unknown as Status;
  for (const { pid } of found.processes) if (pid !== null) seenPids.add(pid);
  return found;
}

async function totals(): Promise<Totals> {
  const { client } = await status();
  if (client === null) throw new Error('the client has no sums yet');
  return client;
}

/** The process that calls: the one that the client's own process has started. */
async function clientProgram(): Promise<number> {
  const { processes } = await status();
  const pid = processes.find(({ name }) => name === 'client')?.pid;
  const [program, ...others] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  if (!program || others.length > 0) throw new Error(`the client has not started one program: ${program} ${others.join(' ')}`);
  seenPids.add(program);
  return program;
}

const whileAway = (sums: Totals): Totals | null => (sums.connected ? null : sums);

/** Calls went on, and still none failed. */
async function moreCalls(count: number): Promise<void> {
  await callsAbove((await totals()).calls + count);
  expect(await totals()).toMatchObject({ errors: 0 });
}

async function callsAbove(count: number): Promise<void> {
  await until(`more than ${count} calls`, async () => {
    if (demo.child.exitCode !== null) throw new Error(`the demo ended:\n${demo.output()}`);
    const { client } = await status().catch(() => ({ client: null }));
    return client !== null && client.calls > count;
  });
}

/** The instances that clients may call, by the plain list of the API. */
async function instances(service: string): Promise<string[]> {
  const response = await askMiko('GET', `endpoints?service=${service}`);
  const list = (await response.json()) as { services: Record<string, { endpoints: { instance: string }[] }> };
  return (list.services[service]?.endpoints ?? []).map(({ instance }) => instance).sort();
}

async function undrain(service: string, instance: string): Promise<void> {
  expect((await askMiko('POST', `services/${service}/endpoints/${instance}:undrain`)).status).toBe(200);
}

function askMiko(method: string, path: string): Promise<Response> {
  const token = readFileSync(join(dataDir, 'admin-token'), 'utf8').trim();
  return fetch(`http://${listen}/v1/projects/default/${path}`, { method, headers: { authorization: `Bearer ${token}` } });
}

async function act(verb: string, name: string): Promise<{ status: number; message?: string; detail?: string }> {
  const answer = await ask('POST', '/act', JSON.stringify({ verb, name }));
  await status();
  return { status: answer.status, ...answer.body };
}

function ask(method: string, path: string, body = ''): Promise<{ status: number; body: Record<string, string> }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path, timeout: 30_000 }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Record<string, string> }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function rememberDatabase(): void {
  seenPids.add(Number(readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]));
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

/** Asks until the answer is something; throws after the limit. */
async function until<T>(what: string, ask: () => T | false | null | Promise<T | false | null>, limitMs = 30_000): Promise<T> {
  for (const end = Date.now() + limitMs; ; await sleep(50)) {
    const answer = await ask();
    if (answer !== false && answer !== null) return answer;
    if (Date.now() > end) throw new Error(`waited ${limitMs / 1_000} s for ${what}\n${demo.output()}`);
  }
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
