import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { settingsFrom } from './settings.ts';

const root = mkdtempSync(join(tmpdir(), 'miko-cli-'));
const below = join(root, 'a', 'b');
mkdirSync(join(root, '.miko'), { recursive: true });
mkdirSync(below, { recursive: true });
writeFileSync(join(root, '.miko', 'admin-token'), 'miko_local\n');
writeFileSync(join(root, '.miko', 'url'), 'http://127.0.0.1:7460\n');
writeFileSync(join(root, 'other-token'), '  miko_file  \n');
writeFileSync(join(root, 'empty'), '\n');
afterAll(() => rmSync(root, { recursive: true }));

test('without anything: the Miko of the nearest .miko above by its token, project default', () => {
  const { url, project, token } = settingsFrom({}, {}, below);
  expect([url.href, project, token]).toEqual(['http://127.0.0.1:7460/', 'default', 'miko_local']);
});

test('without a .miko either: the default address, without a token', () => {
  const { url, token } = settingsFrom({}, {}, '/');
  expect([url.href, token]).toEqual(['http://127.0.0.1:7450/', null]);
});

test('the environment wins over that, and flags over the environment', () => {
  const env = { MIKO_URL: 'https://miko.example', MIKO_PROJECT: 'shop', MIKO_TOKEN: 'miko_env' };
  const fromEnv = settingsFrom({}, env, below);
  expect([fromEnv.url.host, fromEnv.project, fromEnv.token]).toEqual(['miko.example', 'shop', 'miko_env']);
  const flags = { url: 'http://localhost:1', project: 'other', tokenFile: join(root, 'other-token') };
  const fromFlags = settingsFrom(flags, env, below);
  expect([fromFlags.url.host, fromFlags.project, fromFlags.token]).toEqual(['localhost:1', 'other', 'miko_file']);
});

test('a token of the caller goes to no address that merely lies in a folder above', () => {
  expect(settingsFrom({}, { MIKO_TOKEN: 'miko_env' }, below).url.port).toBe('7450');
  expect(settingsFrom({ tokenFile: join(root, 'other-token') }, {}, below).url.port).toBe('7450');
  expect(settingsFrom({}, { MIKO_TOKEN: 'miko_env', MIKO_DATA_DIR: join(root, '.miko') }, below).url.port).toBe('7460');
});

test('empty variables count as absent', () => {
  const { url, project, token } = settingsFrom({}, { MIKO_URL: '', MIKO_PROJECT: '', MIKO_TOKEN: '', MIKO_DATA_DIR: '' }, below);
  expect([url.port, project, token]).toEqual(['7460', 'default', 'miko_local']);
});

test('MIKO_DATA_DIR is looked at alone', () => {
  expect(settingsFrom({}, { MIKO_DATA_DIR: join(root, '.miko') }, '/').token).toBe('miko_local');
  expect(settingsFrom({}, { MIKO_DATA_DIR: below }, below).token).toBeNull();
});

test.each(['https://miko.example', 'http://127.0.0.1:7450', 'http://[::1]:7460', 'https://127.0.0.1:7460'])("the local Miko's token is not sent to %s, and that is told", url => {
  for (const settings of [settingsFrom({ url }, {}, below), settingsFrom({}, { MIKO_URL: url }, below)]) {
    expect(settings.token).toBeNull();
    expect(settings.asked).toBe(`${url} was asked without a token: the one in ${join(root, '.miko', 'admin-token')} is for http://127.0.0.1:7460 alone.`);
  }
});

test("the local Miko's token is sent to its own address, however that was given", () => {
  expect(settingsFrom({ url: 'http://127.0.0.1:7460/' }, {}, below).token).toBe('miko_local');
  expect(settingsFrom({}, { MIKO_URL: 'http://127.0.0.1:7460' }, below).token).toBe('miko_local');
});

test('a token beside which no address stands is sent nowhere', () => {
  const data = join(root, 'without-address');
  mkdirSync(data);
  writeFileSync(join(data, 'admin-token'), 'miko_local\n');
  for (const address of [null, '', 'nowhere', 'file:///x']) {
    if (address !== null) writeFileSync(join(data, 'url'), address);
    const { url, token, asked } = settingsFrom({}, { MIKO_DATA_DIR: data }, below);
    expect([url.port, token, asked]).toEqual(['7450', null, expect.stringContaining(`beside ${join(data, 'admin-token')} no file url`)]);
  }
});

test('whose token was sent is told by its place', () => {
  expect(settingsFrom({}, {}, below).asked).toBe(`http://127.0.0.1:7460 was asked with the token in ${join(root, '.miko', 'admin-token')}.`);
  expect(settingsFrom({}, { MIKO_TOKEN: 'x' }, below).asked).toBe('http://127.0.0.1:7450 was asked with the token in MIKO_TOKEN.');
  expect(settingsFrom({}, {}, '/').asked).toBe('http://127.0.0.1:7450 was asked without a token: there is no admin-token in a .miko here or above.');
  expect(settingsFrom({}, { MIKO_DATA_DIR: below }, below).asked).toContain(`no admin-token in MIKO_DATA_DIR (${below})`);
});

test('no token crosses a network in the clear', () => {
  expect(() => settingsFrom({ url: 'http://10.0.0.1' }, { MIKO_TOKEN: 'x' }, below)).toThrow('crosses no network in the clear');
});

test('an address with a password is refused and not repeated', () => {
  expect(() => settingsFrom({ url: 'https://me:hunter2@miko.example' }, {}, below)).toThrow(/^--url must not hold a user or password$/);
});

test.each(['miko.example', 'ftp://miko.example', '', ' '])('%j is no address', url => {
  expect(() => settingsFrom({ url }, {}, below)).toThrow('--url is not an http or https address');
});

test('a token that is none is told by its place, never by its text', () => {
  expect(() => settingsFrom({}, { MIKO_TOKEN: 'two words' }, below)).toThrow(/^MIKO_TOKEN is not a token/);
  expect(() => settingsFrom({ tokenFile: join(root, 'empty') }, {}, below)).toThrow('does not hold a token');
  expect(() => settingsFrom({ tokenFile: join(root, 'none') }, {}, below)).toThrow('ENOENT');
});

