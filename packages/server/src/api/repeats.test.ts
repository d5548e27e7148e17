import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json } from './call.ts';
import { hotAnswer, type HotRequest } from './hot.ts';
import { listen, type Listener } from './listener.ts';

let listener: Listener;
let socket: Socket;
let text: string;
let asked: string[];
let isThere: boolean;
let body: string;
let release: () => void;
/** The calls that have begun to wait for `release`. */
let holding: string[];

beforeEach(async () => {
  [text, asked, isThere, body, holding] = ['', [], true, '{"hot":true}', []];
  listener = await listen({
    host: '127.0.0.1', port: 0, tls: null, failed: error => { throw error; },
    hot: ({ url, headers }: HotRequest) => {
      asked.push(`${url} ${headers.authorization ?? ''}`);
      return isThere && url!.startsWith('/hot') ? hotAnswer(200, ['content-type', 'application/json', 'content-length', String(body.length)], body) : null;
    },
    serve: async call => {
      if (call.url === '/held') await new Promise<void>(resolve => {
        release = resolve;
        holding.push(call.url);
      });
      await call.body(10_000);
      return json(200, { served: call.url });
    },
  });
  socket = connect({ port: listener.port, host: '127.0.0.1' });
  socket.setNoDelay(true);
  socket.on('data', chunk => { text += chunk.toString('latin1'); });
  socket.on('error', () => {});
});
afterEach(async () => {
  socket.destroy();
  await listener.close(50);
});

const headOf = (url: string, more = '') => `GET ${url} HTTP/1.1\r\nHost: miko\r\n${more}\r\n`;
const hot = headOf('/hot');
const bodies = () => [...text.matchAll(/\{"(?:hot|served)":[^}]*\}/g)].map(([found]) => found);

async function answers(count: number): Promise<void> {
  for (const end = Date.now() + 5_000; bodies().length < count; await sleep(2)) {
    if (Date.now() > end) throw new Error(`waited 5 s for answer ${count}, have ${JSON.stringify(text.slice(0, 2_000))}`);
  }
}
async function held(count: number): Promise<void> {
  for (const end = Date.now() + 5_000; holding.length < count; await sleep(2)) if (Date.now() > end) throw new Error(`waited 5 s for call ${count} to be held`);
}
async function say(packet: string): Promise<void> {
  const next = bodies().length + 1;
  socket.write(packet);
  await answers(next);
}
/** After this the connection takes repetitions of `hot`. */
async function warm(): Promise<void> {
  for (let count = 0; count < 3; count++) await say(hot);
}

describe('a request that comes again byte for byte', () => {
  it('gets the answer a parsed one gets, but for its id', async () => {
    await warm();
    await say(hot);
    const [first, ...others] = text.split(/(?=HTTP\/1\.1 )/).map(answer => {
      const [head, content] = answer.split('\r\n\r\n') as [string, string];
      return { fields: head.split('\r\n').map(line => line.replace(/(miko-request-id|Date): .*/, '$1')).toSorted(), content };
    });
    expect(others).toHaveLength(3);
    for (const other of others) expect(other).toEqual(first);
    expect(new Set(text.match(/req_\w+/g)).size).toBe(4);
    expect(asked).toHaveLength(4);
  });

  it('is asked for anew, and is served when nothing is encoded', async () => {
    await warm();
    isThere = false;
    await say(hot);
    isThere = true;
    await say(hot);
    await say(hot);
    expect(bodies().slice(3)).toEqual(['{"served":"/hot"}', '{"hot":true}', '{"hot":true}']);
  });

  it('is taken with its own headers', async () => {
    const [one, two] = [headOf('/hot', 'Authorization: Bearer one\r\n'), headOf('/hot', 'Authorization: Bearer two\r\n')];
    for (const packet of [one, one, one, two, two, two, one]) await say(packet);
    expect(asked.map(line => line.slice(-3))).toEqual(['one', 'one', 'one', 'two', 'two', 'two', 'one']);
  });
});

describe('what is no repetition is parsed', () => {
  it('another request in between', async () => {
    await warm();
    for (const packet of [headOf('/cold'), hot, headOf('/hot2'), hot, hot]) await say(packet);
    expect(bodies().slice(3)).toEqual(['{"served":"/cold"}', ...Array.from({ length: 4 }, () => '{"hot":true}')]);
    expect(asked.at(-3)).toBe('/hot2 ');
  });

  it('the same bytes in two packets, twice in one, and with a part of the next', async () => {
    await warm();
    socket.write(hot.slice(0, 10));
    await sleep(20);
    await say(hot.slice(10));
    socket.write(hot + hot);
    await answers(6);
    await say(hot + hot.slice(0, 20));
    await say(hot.slice(20));
    expect(bodies()).toHaveLength(8);
  });

  it('the same bytes inside another request: they are a value of its header', async () => {
    await warm();
    socket.write('GET /cold HTTP/1.1\r\nX: ');
    await sleep(20);
    await say(hot);
    expect(bodies().at(-1)).toBe('{"served":"/cold"}');
    await say(hot);
    expect(bodies().at(-1)).toBe('{"hot":true}');
  });

  it('the same bytes as the body of another request', async () => {
    await warm();
    socket.write(`POST /cold HTTP/1.1\r\nHost: miko\r\nContent-Length: ${hot.length}\r\n\r\n`);
    await sleep(20);
    await say(hot);
    expect(bodies()).toHaveLength(4);
    expect(bodies().at(-1)).toBe('{"served":"/cold"}');
  });

  it('the rest of a request whose begin came before the first answer', async () => {
    socket.write(`${hot}GET /hot3 HTTP/1.1\r\nX: `);
    await answers(1);
    await sleep(20);
    await say(hot);
    await say(hot);
    await say(hot);
    expect(asked.map(line => line.trim())).toEqual(['/hot', '/hot3', '/hot', '/hot']);
  });
});

it.each([2, 3, 20])('a connection that begins with a burst of %i goes on', async burst => {
  body = `{"hot":"${'x'.repeat(400_000)}"}`;
  const received = async (count: number): Promise<void> => {
    for (const end = Date.now() + 5_000; text.length < count * body.length; await sleep(5)) if (Date.now() > end) throw new Error(`waited 5 s for ${count} answers`);
  };
  socket.write(hot.repeat(burst));
  await received(burst);
  for (let count = 1; count <= 4; count++) {
    socket.write(hot);
    await received(burst + count);
  }
  socket.write(hot.repeat(burst));
  await received(burst * 2 + 4);
  socket.write(hot);
  await received(burst * 2 + 5);
}, 30_000);

it('a list that had to wait for its turn says nothing of the packet that came last', async () => {
  await warm();
  const post = (length: number) => `POST /held HTTP/1.1\r\nHost: miko\r\nContent-Length: ${length}\r\n\r\n`;
  socket.write(post(0) + hot + post(hot.length * 2));
  await held(1);
  socket.write(hot);
  await sleep(20);
  release();
  await answers(5);
  await held(2);
  socket.write(hot);
  release();
  await answers(6);
  expect(bodies().slice(3)).toEqual(['{"served":"/held"}', '{"hot":true}', '{"served":"/held"}']);
  await say(hot);
  expect(bodies().at(-1)).toBe('{"hot":true}');
});

it('does not overtake an answer that is due', async () => {
  await warm();
  socket.write(headOf('/held'));
  await held(1);
  socket.write(hot);
  await sleep(20);
  release();
  await answers(5);
  expect(bodies().slice(3)).toEqual(['{"served":"/held"}', '{"hot":true}']);
});

it('ends with a connection that asks for its end', async () => {
  await warm();
  const closed = new Promise(resolve => { socket.once('close', resolve); });
  await say(headOf('/hot', 'Connection: close\r\n'));
  await closed;
  expect(text).toMatch(/Connection: close/);
});

it('does not pile up answers for a reader that does not read', async () => {
  body = `{"hot":"${'x'.repeat(1024 * 1024)}"}`;
  const received = async (count: number): Promise<void> => {
    for (const end = Date.now() + 20_000; text.length < count * body.length; await sleep(10)) if (Date.now() > end) throw new Error(`waited 20 s for ${count} answers`);
  };
  for (let count = 1; count <= 3; count++) {
    socket.write(hot);
    await received(count);
  }
  socket.pause();
  for (let count = 0; count < 60; count++) {
    socket.write(hot);
    await sleep(2);
  }
  // The first is taken by the sockets; from then on node:http reads no more requests than fit its own bounds.
  expect(asked.length).toBeLessThan(40);
  socket.resume();
  await received(63);
  expect(asked).toHaveLength(63);
}, 30_000);
