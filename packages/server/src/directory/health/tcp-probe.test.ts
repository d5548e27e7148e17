import { createServer } from 'node:net';
import type { TcpCheck } from '@miko/model';
import { expect, test } from 'vitest';
import { closedByPeer, closedPort, context, onLoopback, target } from './loopback.test.support.ts';
import { probeTcp } from './tcp-probe.ts';

const check: TcpCheck = { type: 'tcp', interval_ms: 1_000, timeout_ms: 5_000, rise: 2, fall: 3 };

test('a port that takes the connection is good, and is left again at once', async () => {
  const { port, sockets } = await onLoopback(createServer({ allowHalfOpen: true }, socket => socket.resume()));
  const result = await probeTcp(target(port, 'tcp'), check, context());
  expect(result).toEqual({ good: true, warning: false, text: `connected to 127.0.0.1 port ${port}` });
  await closedByPeer(sockets[0]!);
});

test('a closed port is bad', async () => {
  const port = await closedPort();
  const result = await probeTcp(target(port, 'tcp'), check, context());
  expect(result).toEqual({ good: false, warning: false, text: `connect ECONNREFUSED 127.0.0.1:${port}` });
});

test('a name is resolved, and the next address is tried when one does not answer', async () => {
  const { port } = await onLoopback(createServer());
  const names = context({ 'db.test': ['127.0.0.2', '127.0.0.1'] });
  const result = await probeTcp(target(port, 'tcp', 'db.test'), check, names);
  expect(result).toMatchObject({ good: true, text: `connected to 127.0.0.1 port ${port}` });
});

test('metadata and link-local addresses are refused, spelled out or behind a name', async () => {
  const names = context({ 'rebound.test': ['169.254.169.254'], 'mapped.test': ['::ffff:169.254.169.254'] });
  for (const host of ['169.254.169.254', 'fe80::1', 'rebound.test', 'mapped.test']) {
    const result = await probeTcp(target(80, 'tcp', host), check, names);
    expect(result).toMatchObject({ good: false, text: expect.stringMatching(/is not probed: a link-local address$/) });
    expect(result.lost).toBeUndefined();
  }
});

test('a name that does not exist is bad', async () => {
  const result = await probeTcp(target(80, 'tcp', 'nowhere.test'), check, context());
  expect(result).toEqual({ good: false, warning: false, text: 'nowhere.test has no address' });
});
