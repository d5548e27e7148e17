import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { writeAddress } from './address-file.ts';

function tokenFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'miko-address-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'admin-token');
}

test('its address stands beside the token, for its owner alone, and an older one is gone', () => {
  const file = tokenFile();
  const address = join(file, '..', 'url');
  writeFileSync(address, 'http://127.0.0.1:1\n', { mode: 0o644 });
  writeAddress(file, 'http://127.0.0.1:7460', pino({ level: 'silent' }));
  expect(readFileSync(address, 'utf8')).toBe('http://127.0.0.1:7460\n');
  expect(statSync(address).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(file, '..'))).toEqual(['url']);
});

test.each([
  ['https://0.0.0.0:7450', 'https://localhost:7450'],
  ['https://[::]:7450', 'https://localhost:7450'],
  ['http://0.0.0.0:7450', 'http://127.0.0.1:7450'],
  ['http://[::]:7450', 'http://[::1]:7450'],
  ['http://[::1]:7450', 'http://[::1]:7450'],
])('%s is called at %s', (url, written) => {
  const file = tokenFile();
  writeAddress(file, url, pino({ level: 'silent' }));
  expect(readFileSync(join(file, '..', 'url'), 'utf8')).toBe(`${written}\n`);
});

test('where nothing can be written it is told, and Miko runs', () => {
  const lines: string[] = [];
  writeAddress('/proc/self/admin-token', 'http://127.0.0.1:7450', pino({}, { write: line => lines.push(line) }));
  expect(lines).toEqual([expect.stringContaining('could not be written beside the admin token')]);
});
