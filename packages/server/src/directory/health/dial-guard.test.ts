import type { LookupAddress } from 'node:dns';
import { describe, expect, test, vi } from 'vitest';
import { guardedLookup, guardLiteral, refusedRange, RefusedAddress, type Resolve } from './dial-guard.ts';

test.each([
  ['169.254.0.1', 'a link-local'],
  ['169.254.169.254', 'a link-local'],
  ['169.254.255.255', 'a link-local'],
  ['fe80::1', 'a link-local'],
  ['fe80::1%eth0', 'a link-local'],
  ['febf:ffff::1', 'a link-local'],
  ['::ffff:169.254.169.254', 'a link-local'],
  ['::ffff:a9fe:a9fe', 'a link-local'],
  ['0:0:0:0:0:FFFF:A9FE:A9FE', 'a link-local'],
  ['::169.254.169.254', 'a link-local'],
  ['64:ff9b::a9fe:a9fe', 'a link-local'],
  ['2002:a9fe:a9fe::1', 'a link-local'],
  ['fd00:ec2::254', 'a cloud metadata'],
  ['100.100.100.200', 'a cloud metadata'],
  ['0.0.0.0', 'an unspecified'],
  ['0.1.2.3', 'an unspecified'],
  ['::', 'an unspecified'],
  ['::ffff:0.0.0.0', 'an unspecified'],
  ['224.0.0.1', 'a multicast'],
  ['239.255.255.255', 'a multicast'],
  ['ff02::1', 'a multicast'],
  ['255.255.255.255', 'a broadcast'],
])('%s is refused as %s address', (address, range) => {
  expect(refusedRange(address)).toBe(range);
  expect(() => guardLiteral(address)).toThrow(RefusedAddress);
  expect(() => guardLiteral(address)).toThrow(`${address} is not probed: ${range} address`);
});

test.each([
  '127.0.0.1',
  '127.1.2.3',
  '::1',
  '::ffff:127.0.0.1',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  'fd00::1',
  '8.8.8.8',
  '169.253.255.255',
  '169.255.0.0',
  'fec0::1',
  '2001:db8::1',
])('%s is allowed', address => {
  expect(refusedRange(address)).toBeNull();
  expect(() => guardLiteral(address)).not.toThrow();
});

test('a name is not a literal: it is judged by what it resolves to', () => {
  expect(() => guardLiteral('localhost')).not.toThrow();
  expect(() => guardLiteral('2852039166')).not.toThrow();
});

describe('guardedLookup', () => {
  const entry = (address: string): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 });
  const answering =
    (...addresses: string[]): Resolve =>
    (_host, done) =>
      done(null, addresses.map(entry));
  const ask = (resolve: Resolve, options: object = { all: true }): unknown[] => {
    const answers: unknown[] = [];
    guardedLookup(resolve)('web.test', options, (error, address, family) => answers.push(error ?? address, family));
    return answers;
  };

  test('leaves refused addresses out of the answer', () => {
    expect(ask(answering('fe80::1', '10.0.0.1', '169.254.169.254', '::1'))[0]).toEqual([entry('10.0.0.1'), entry('::1')]);
  });

  test('fails when nothing else is left, naming the address', () => {
    const [error] = ask(answering('169.254.169.254'));
    expect(error).toBeInstanceOf(RefusedAddress);
    expect(error).toMatchObject({
      code: 'EREFUSEDADDRESS',
      message: 'web.test (169.254.169.254) is not probed: a link-local address',
    });
  });

  test('answers one address of the family asked for', () => {
    const both = answering('::1', '10.0.0.1');
    expect(ask(both, {})).toEqual(['::1', 6]);
    expect(ask(both, { family: 4 })).toEqual(['10.0.0.1', 4]);
    expect(ask(both, { family: 'IPv6' })).toEqual(['::1', 6]);
    expect(ask(answering('10.0.0.1'), { family: 6 })[0]).toMatchObject({ code: 'ENOTFOUND' });
  });

  test('passes the error of the resolver on', () => {
    const failed = Object.assign(new Error('no server'), { code: 'EAI_AGAIN' });
    expect(ask((_host, done) => done(failed, []))[0]).toBe(failed);
  });

  test('asks for a name once at a time, and for a bounded number of names', () => {
    const pending = new Map<string, Parameters<Resolve>[1]>();
    const resolve = vi.fn<Resolve>((host, done) => void pending.set(host, done));
    const lookup = guardedLookup(resolve, 2);
    const answers: string[] = [];
    const ask = (host: string): void =>
      lookup(host, { all: true }, (error, found) => void answers.push(`${host}: ${error ? error.code : JSON.stringify(found)}`));

    for (const host of ['a.test', 'A.test', 'b.test', 'c.test', 'a.test']) ask(host);
    expect(resolve).toHaveBeenCalledTimes(2);
    expect(answers).toEqual(['c.test: ELOOKUPBUSY']);

    pending.get('a.test')!(null, [entry('10.0.0.1')]);
    expect(answers.slice(1)).toEqual(['a.test', 'A.test', 'a.test'].map(host => `${host}: ${JSON.stringify([entry('10.0.0.1')])}`));
    ask('c.test');
    expect(resolve).toHaveBeenCalledTimes(3);
  });

  test('by default asks the system', async () => {
    const addresses = await new Promise(resolve => {
      guardedLookup()('localhost', { all: true }, (_error, found) => resolve(found));
    });
    expect(addresses).toContainEqual(entry('127.0.0.1'));
  });
});
