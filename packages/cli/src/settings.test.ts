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
writeFileSync(join(root, 'other-token'), '  miko_file  \n');
writeFileSync(join(root, 'empty'), '\n');
afterAll(() => rmSync(root, { recursive: true }));

test('without anything: this machine, project default, the token of the nearest .miko above', () => {
  const { url, project, token } = settingsFrom({}, {}, below);
  expect([url.href, project, token]).toEqual(['http://127.0.0.1:7450/', 'default', 'miko_local']);
});

test('the environment wins over that, and flags over the environment', () => {
  const env = { MIKO_URL: 'https://miko.example', MIKO_PROJECT: 'shop', MIKO_TOKEN: 'miko_env' };
  const fromEnv = settingsFrom({}, env, below);
  expect([fromEnv.url.host, fromEnv.project, fromEnv.token]).toEqual(['miko.example', 'shop', 'miko_env']);
  const flags = { url: 'http://localhost:1', project: 'other', tokenFile: join(root, 'other-token') };
  const fromFlags = settingsFrom(flags, env, below);
  expect([fromFlags.url.host, fromFlags.project, fromFlags.token]).toEqual(['localhost:1', 'other', 'miko_file']);
});

test('empty variables count as absent', () => {
  const { url, project, token } = settingsFrom({}, { MIKO_URL: '', MIKO_PROJECT: '', MIKO_TOKEN: '', MIKO_DATA_DIR: '' }, below);
  expect([url.port, project, token]).toEqual(['7450', 'default', 'miko_local']);
});

test('MIKO_DATA_DIR is looked at alone', () => {
  expect(settingsFrom({}, { MIKO_DATA_DIR: join(root, '.miko') }, '/').token).toBe('miko_local');
  expect(settingsFrom({}, { MIKO_DATA_DIR: below }, below).token).toBeNull();
});

test("the local Miko's token goes to this machine only", () => {
  expect(settingsFrom({ url: 'https://miko.example' }, {}, below).token).toBeNull();
  expect(settingsFrom({ url: 'http://[::1]:7450' }, {}, below).token).toBe('miko_local');
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

