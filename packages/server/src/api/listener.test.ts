import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { problemDocument, type Problem, type ProblemDocument } from '@miko/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json, type Call, type Sink } from './call.ts';
import { listen, patience, type Listener, type Patience } from './listener.ts';

let listener: Listener;
let served: string[];
let begun: number;
let sink: Sink | null;
let held: (() => void) | null;
const sockets: Socket[] = [];

const open = (patient: Patience): Promise<Listener> => listen({
  host: '127.0.0.1', port: 0, tls: null, hot: () => null, failed: error => { throw error; }, patience: patient,
  async serve(call: Call) {
    begun++;
    try {
      if (call.url === '/stream') return { status: 200, headers: { 'content-type': 'text/event-stream' }, body: { open: opened => { sink = opened; } } };
      if (call.url === '/held') await new Promise<void>(resolve => { held = resolve; });
      if (call.url === '/unread') return json(403, { read: false });
      const body = await call.body(1_000);
      served.push(`${call.method} ${call.url} ${body.length}`);
      return json(200, { bytes: body.length });
    } catch (error) {
      served.push(`${call.method} ${call.url} ${(error as Problem).code}`);
      return json((error as Problem).status, problemDocument(error as Problem, 'req_x'));
    }
  },
});

beforeEach(async () => {
  served = [];
  begun = 0;
  sink = null;
  held = null;
  listener = await open(patience);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener.close(50);
});

interface Talk {
  readonly socket: Socket;
  text: string;
  ended: boolean;
  closed: boolean;
}
function talk(...packets: readonly (string | Buffer)[]): Talk {
  const socket = connect({ port: listener.port, host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  const told: Talk = { socket, text: '', ended: false, closed: false };
  socket.on('data', chunk => { told.text += chunk.toString('latin1'); });
  socket.on('end', () => { told.ended = true; });
  socket.on('close', () => { told.closed = true; });
  socket.on('error', () => {});
  for (const packet of packets) socket.write(packet);
  return told;
}
async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 5_000; !holds(); await sleep(5)) if (Date.now() > end) throw new Error(`waited 5 s for ${what}`);
}
const answered = (told: Talk) => until(`an answer, not ${JSON.stringify(told.text.slice(0, 500))}`, () => /\r\n\r\n.+/s.test(told.text));
const heads = (told: Talk) => [...told.text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(match => Number(match[1]));
const HOST = 'Host: miko\r\n';

function refused(told: Talk): [number, string] {
  const [head, body] = told.text.split('\r\n\r\n') as [string, string];
  const problem = JSON.parse(body) as ProblemDocument;
  expect(head).toMatch(/content-type: application\/problem\+json/i);
  expect(head).toMatch(/connection: close/i);
  expect(head).toContain(`miko-request-id: ${problem.request_id}`);
  expect(problem.request_id).toMatch(/^req_/);
  expect(problem.type).toBe(`urn:miko:error:${problem.code}`);
  expect(Number(head.split(' ')[1])).toBe(problem.status);
  return [problem.status, problem.code];
}

describe('what is no HTTP is refused in words, and its connection ends', () => {
  it.each<[string, string, number, string]>([
    ['no request line', 'hello\r\n\r\n', 400, 'invalid_request'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'invalid_request'],
    ['a method nobody knows', `BREW / HTTP/1.1\r\n${HOST}\r\n`, 400, 'invalid_request'],
    ['a version nobody speaks', `GET / HTTP/9.9\r\n${HOST}\r\n`, 400, 'invalid_request'],
    ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'invalid_request'],
    ['a space before the colon', `GET / HTTP/1.1\r\nHost : miko\r\n\r\n`, 400, 'invalid_request'],
    ['a folded header', `GET / HTTP/1.1\r\n${HOST}A: b\r\n c\r\n\r\n`, 400, 'invalid_request'],
    ['a header without a name', `GET / HTTP/1.1\r\n${HOST}: x\r\n\r\n`, 400, 'invalid_request'],
    ['NUL in a header', `GET / HTTP/1.1\r\n${HOST}A: b\0c\r\n\r\n`, 400, 'invalid_request'],
    ['both Content-Length and Transfer-Encoding', `POST / HTTP/1.1\r\n${HOST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400, 'invalid_request'],
    ['two lengths', `POST / HTTP/1.1\r\n${HOST}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`, 400, 'invalid_request'],
    ['a length that is no number', `POST / HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`, 400, 'invalid_request'],
    ['a coding that does not end in chunked', `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`, 400, 'invalid_request'],
    ['a chunk whose size is no number', `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400, 'invalid_request'],
    ['a coding before chunked', `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n${HOST}\r\n`, 400, 'invalid_request'],
    ['a coding in a line of its own', `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n${HOST}\r\n`, 400, 'invalid_request'],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400, 'invalid_request'],
    ['two Hosts', `GET / HTTP/1.1\r\n${HOST}hOST: other\r\n\r\n`, 400, 'invalid_request'],
    ['CONNECT: Miko is no proxy', `CONNECT miko:80 HTTP/1.1\r\n${HOST}\r\n`, 400, 'invalid_request'],
    ['header fields too large', `GET / HTTP/1.1\r\n${HOST}${'Name: value\r\n'.repeat(3_000)}\r\n`, 431, 'headers_too_large'],
    ['one header too large', `GET / HTTP/1.1\r\n${HOST}A: ${'b'.repeat(17_000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['an address too large for a header at all', `GET /${'a'.repeat(17_000)} HTTP/1.1\r\n${HOST}\r\n`, 414, 'uri_too_long'],
  ])('%s', async (_, text, status, code) => {
    const told = talk(Buffer.from(text, 'latin1'));
    await answered(told);
    expect(refused(told)).toEqual([status, code]);
    await until('the end', () => told.ended);
    expect(served.filter(line => !line.endsWith('invalid_request'))).toEqual([]);
    expect(heads(await fresh())).toEqual([200]);
  });

  it('even when it never hangs up', async () => {
    const told = talk('hello\r\n\r\n');
    await until('the connection to be gone', () => told.ended);
    for (const end = Date.now() + 5_000; !told.closed && Date.now() < end; await sleep(20)) told.socket.write('more\r\n');
    expect(told.closed).toBe(true);
    expect(heads(told)).toEqual([400]);
  });
});

/** A request of somebody else: the door is still open. */
async function fresh(): Promise<Talk> {
  const told = talk(`GET /livez HTTP/1.1\r\n${HOST}\r\n`);
  await answered(told);
  return told;
}

describe('what is HTTP is served', () => {
  it.each<[string, string, string]>([
    ['HTTP/1.0 without a Host', 'GET /old HTTP/1.0\r\n\r\n', 'GET /old 0'],
    ['a body in chunks', `POST /chunks HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n`, 'POST /chunks 5'],
    ['an expectation that is not known', `POST /expect HTTP/1.1\r\n${HOST}Expect: cake\r\nContent-Length: 2\r\n\r\nok`, 'POST /expect 2'],
    ['more header fields than node counts', `GET /many HTTP/1.1\r\n${'a:\r\n'.repeat(3_000)}${HOST}\r\n`, 'GET /many 0'],
    ['an offer to upgrade', `GET /up HTTP/1.1\r\n${HOST}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n`, 'GET /up 0'],
  ])('%s', async (_, text, line) => {
    const told = talk(text);
    await answered(told);
    expect(heads(told)).toEqual([200]);
    expect(served).toEqual([line]);
  });

  it('also when its sender has closed its own half', async () => {
    const told = talk(`POST /half HTTP/1.1\r\n${HOST}Content-Length: 2\r\n\r\nok`);
    told.socket.end();
    await answered(told);
    expect(served).toEqual(['POST /half 2']);
  });

  it('one after the other on one connection', async () => {
    const told = talk(`GET /1 HTTP/1.1\r\n${HOST}\r\n`, `POST /2 HTTP/1.1\r\n${HOST}Content-Length: 2\r\n\r\nok`, `GET /3 HTTP/1.1\r\n${HOST}\r\n`);
    await until('three answers', () => heads(told).length === 3);
    expect(served).toEqual(['GET /1 0', 'POST /2 2', 'GET /3 0']);
  });

  it('a read behind a write on one connection runs after it', async () => {
    const told = talk(`PUT /held HTTP/1.1\r\n${HOST}Content-Length: 0\r\n\r\nGET /after HTTP/1.1\r\n${HOST}\r\nGET /side HTTP/1.1\r\n${HOST}\r\n`);
    await until('the write', () => held !== null);
    expect([begun, served]).toEqual([1, []]);
    held!();
    await until('three answers', () => heads(told).length === 3);
    expect(served).toEqual(['PUT /held 0', 'GET /after 0', 'GET /side 0']);
  });

  it('a write behind a read on one connection runs after it, and reads run side by side', async () => {
    const told = talk(`GET /held HTTP/1.1\r\n${HOST}\r\nGET /side HTTP/1.1\r\n${HOST}\r\nPUT /after HTTP/1.1\r\n${HOST}Content-Length: 0\r\n\r\n`);
    await until('the reads', () => held !== null && served.length === 1);
    expect([begun, served]).toEqual([2, ['GET /side 0']]);
    held!();
    await until('three answers', () => heads(told).length === 3);
    expect(served).toEqual(['GET /side 0', 'GET /held 0', 'PUT /after 0']);
  });

  it('HEAD gets the head alone', async () => {
    const told = talk(`HEAD /h HTTP/1.1\r\n${HOST}\r\n`, `GET /after HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`);
    await until('the end', () => told.ended);
    expect(heads(told)).toEqual([200, 200]);
    expect(told.text.match(/"bytes"/g)).toHaveLength(1);
  });
});

describe('slow senders are cut', () => {
  beforeEach(async () => {
    await listener.close(50);
    listener = await open({ headersMs: 150, requestMs: 300, checkEveryMs: 30 });
  });

  it('in the head', async () => {
    const told = talk('GET / HTTP/1.1\r\nHost: mi');
    await answered(told);
    expect(refused(told)).toEqual([408, 'request_timeout']);
    await until('the end', () => told.ended);
  });

  it('however busily they drip', async () => {
    const told = talk(`GET / HTTP/1.1\r\n${HOST}`);
    for (const end = Date.now() + 5_000; !told.ended && Date.now() < end; await sleep(10)) told.socket.write('a: b\r\n');
    expect(refused(told)).toEqual([408, 'request_timeout']);
  });

  it('in the body', async () => {
    const told = talk(`POST /slow HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\nabc`);
    await answered(told);
    expect(refused(told)).toEqual([408, 'request_timeout']);
    await until('the call to end', () => served.length === 1);
    expect(served).toEqual(['POST /slow invalid_request']);
  });

  it('who goes away in the middle of a body changes nothing', async () => {
    const told = talk(`POST /gone HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\nabc`);
    await until('the call', () => begun === 1);
    told.socket.destroy();
    await until('the call to end', () => served.length === 1);
    expect(served).toEqual(['POST /gone invalid_request']);
  });
});

describe('a body nobody wants', () => {
  const big = Buffer.alloc(2_000_000, 'x');
  const chunked = Buffer.concat([Buffer.from(`${big.length.toString(16)}\r\n`), big, Buffer.from('\r\n0\r\n\r\n')]);

  it.each<[string, string, Buffer, number]>([
    ['that says it is too large', `POST /big HTTP/1.1\r\n${HOST}Content-Length: ${big.length}\r\n\r\n`, big, 413],
    ['that turns out to be', `POST /big HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`, chunked, 413],
    ['refused for another reason', `POST /unread HTTP/1.1\r\n${HOST}Content-Length: ${big.length}\r\n\r\n`, big, 403],
  ])('%s: its sender reads the answer, whole, after having sent everything', async (_, head, body, status) => {
    const told = talk(head);
    // Nothing is read before all is written: a reset in between would lose the answer.
    told.socket.pause();
    await new Promise<void>((resolve, reject) => { told.socket.write(body, error => (error ? reject(error) : resolve())); });
    told.socket.resume();
    await until('the end', () => told.ended);
    expect(heads(told)).toEqual([status]);
    expect(told.text).toMatch(/connection: close/i);
    expect(told.text.endsWith('}')).toBe(true);
  });

  it('is not taken in for ever', async () => {
    const told = talk(`POST /big HTTP/1.1\r\n${HOST}Content-Length: 900000000\r\n\r\n`);
    await answered(told);
    expect(heads(told)).toEqual([413]);
    for (const end = Date.now() + 5_000; !told.closed && Date.now() < end; await sleep(1)) told.socket.write(big);
    expect(told.closed).toBe(true);
  });

  it('that is small keeps its bound: exactly the limit is taken', async () => {
    const send = async (bytes: number) => {
      const told = talk(`POST /limit HTTP/1.1\r\n${HOST}Content-Length: ${bytes}\r\n\r\n${'x'.repeat(bytes)}`);
      await answered(told);
      return heads(told);
    };
    expect([await send(1_000), await send(1_001)]).toEqual([[200], [413]]);
  });
});

describe('nothing is written into somebody else\'s answer', () => {
  it('garbage behind a request that is being answered cuts the connection, without a word', async () => {
    const told = talk(`GET /held HTTP/1.1\r\n${HOST}\r\n`);
    await until('the call', () => held !== null);
    told.socket.write('garbage\r\n\r\n');
    await until('the end', () => told.closed || told.ended);
    held!();
    expect(told.text).toBe('');
  });

  it('garbage on an open stream ends it, without a word', async () => {
    const told = talk(`GET /stream HTTP/1.1\r\n${HOST}\r\n`);
    await until('the stream', () => sink !== null);
    let closed = false;
    sink!.onClosed(() => { closed = true; });
    sink!.write(Buffer.from('event: x\n\n'));
    await until('a frame', () => told.text.includes('event: x'));
    told.socket.write('garbage\r\n\r\n');
    await until('the end', () => closed && told.ended);
    expect(heads(told)).toEqual([200]);
  });
});

describe('a stream', () => {
  const framesOf = (...texts: string[]) => texts.map(text => `${text.length.toString(16)}\r\n${text}\r\n`).join('');
  const write = (...texts: string[]) => { for (const text of texts) sink!.write(Buffer.from(text)); };
  const bodyOf = (told: Talk, answer: number) => told.text.split(/(?=HTTP\/1\.1 )/)[answer]!.split(/\r\n\r\n(.*)/s)[1];

  it('is chunks, to the last', async () => {
    const told = talk(`GET /stream HTTP/1.1\r\n${HOST}\r\n`);
    await until('the stream', () => sink !== null);
    write('data: 1\n\n', 'data: two\n\n');
    sink!.end(Buffer.from('data: end\n\n'));
    await until('the end', () => told.text.endsWith('0\r\n\r\n'));
    expect(bodyOf(told, 0)).toBe(`${framesOf('data: 1\n\n', 'data: two\n\n', 'data: end\n\n')}0\r\n\r\n`);
  });

  it('is bare bytes for HTTP/1.0', async () => {
    const told = talk(`GET /stream HTTP/1.0\r\n\r\n`);
    await until('the stream', () => sink !== null);
    write('data: 1\n\n', 'data: 2\n\n');
    sink!.end();
    await until('the end', () => told.ended);
    expect(bodyOf(told, 0)).toBe('data: 1\n\ndata: 2\n\n');
  });

  it('waits for the answer before it', async () => {
    const told = talk(`GET /held HTTP/1.1\r\n${HOST}\r\n`, `GET /stream HTTP/1.1\r\n${HOST}\r\n`);
    await until('both', () => sink !== null && held !== null);
    write('data: 1\n\n');
    expect(sink!.waiting).toBeGreaterThan(0);
    held!();
    await until('the first frame', () => told.text.includes('data: 1'));
    write('data: 2\n\n');
    sink!.end();
    await until('the end', () => told.text.endsWith('0\r\n\r\n'));
    expect(heads(told)).toEqual([200, 200]);
    expect(bodyOf(told, 1)).toBe(`${framesOf('data: 1\n\n', 'data: 2\n\n')}0\r\n\r\n`);
  });

  it('tells when its reader is behind, and when it has caught up', async () => {
    const told = talk(`GET /stream HTTP/1.1\r\n${HOST}\r\n`);
    await until('the stream', () => sink !== null);
    let drained = false;
    sink!.onDrained(() => { drained = true; });
    told.socket.pause();
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    let isTaken = true;
    let written = 0;
    for (; isTaken && written < 200; written++) {
      isTaken = sink!.write(chunk);
      await sleep(2);
    }
    expect([isTaken, sink!.waiting > 0, drained]).toEqual([false, true, false]);
    told.socket.resume();
    await until('the reader', () => drained && sink!.waiting === 0);
    sink!.end();
    await until('the end', () => told.text.endsWith('0\r\n\r\n'));
    expect(told.text.match(/x+/g)!.filter(run => run.length === chunk.length)).toHaveLength(written);
  });
});

it('closing waits neither for idle connections nor for those that were refused', async () => {
  const idle = await fresh();
  const broken = talk('hello\r\n\r\n');
  await answered(broken);
  const connecting = talk(`CONNECT miko:80 HTTP/1.1\r\n${HOST}\r\n`);
  await answered(connecting);
  const started = performance.now();
  await listener.close(100);
  expect(performance.now() - started).toBeLessThan(4_000);
  await until('the end', () => idle.ended || idle.closed);
  listener = await open(patience);
});

it('a connection on which too many wait for their turn is closed', async () => {
  const told = talk(`PUT /held HTTP/1.1\r\n${HOST}Content-Length: 0\r\n\r\n`);
  await until('the call', () => held !== null);
  told.socket.write(`PUT /next HTTP/1.1\r\n${HOST}Content-Length: 0\r\n\r\n`.repeat(200));
  await until('the end', () => told.closed || told.ended);
  held!();
  expect(served.filter(line => line.includes('/next'))).toEqual([]);
});
