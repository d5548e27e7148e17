import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { against, temporaryFolder } from './testing/against.ts';
import type { FakeAnswer, Routes } from './testing/fake-miko.ts';
import { runMiko } from './testing/run-miko.ts';

/** What the record's commands ask for, and what they make of a record that is not whole. */

const row = (revision: number, name = 'web'): string => `{"revision":${revision},"name":"${name}"}`;
const NOTHING = '0'.repeat(64);

/** One sealed block of two rows, and a row too young to be sealed. */
function record(first = row(1)): { readonly lines: readonly string[]; readonly hash: string } {
  const sealed = [row(1), row(2)];
  const hash = createHash('sha256').update(Buffer.from(NOTHING, 'hex')).update(sealed.map(line => `${line}\n`).join('')).digest('hex');
  return {
    hash,
    lines: [`{"start":{"stream":"change","upto":0,"hash":"${NOTHING}"}}`, first, row(2), `{"seal":{"since":0,"upto":2,"lines":2,"hash":"${hash}"}}`, row(3), '{"end":{"upto":3}}'],
  };
}

const ndjson = (lines: readonly string[]): FakeAnswer => ({ headers: { 'content-type': 'application/x-ndjson' }, body: `${lines.join('\n')}\n` });
const exported = (lines: readonly string[]): Routes => ({ 'GET /v1/audit:export': ndjson(lines) });

describe('audit verify', () => {
  test('asks for both streams and recomputes each', async () => {
    const { lines, hash } = record();
    const { code, stdout, fake } = await against(exported(lines), ['audit', 'verify']);
    const report = `whole, 3 rows in 1 blocks, sealed up to 2, 1 too young to be sealed\n  to prove it later, keep this elsewhere: --known 2:${hash}\n`;
    expect([code, stdout]).toEqual([0, `change: ${report}refusal: ${report}`]);
    expect(fake.requests.map(({ path }) => path)).toEqual(['/v1/audit:export?stream=change', '/v1/audit:export?stream=refusal']);
  });

  test.each([
    ['a row was changed', record(row(1, 'bew')).lines, '1 to 2: its rows are not those that were sealed'],
    ['a row is missing', record().lines.toSpliced(1, 1), '1 to 2: row 1 is missing'],
    ['the end is missing', record().lines.slice(0, -1), 'it has no end: lines are missing'],
  ])('%s: 1, and the block is named', async (_, lines, fault) => {
    const { code, stdout, stderr } = await against(exported(lines), ['audit', 'verify', '--stream', 'change']);
    expect(code).toBe(1);
    expect(stdout).toContain('change: BROKEN');
    expect(stdout).toContain(fault);
    expect(stderr).toContain('The record is not what was sealed: change (chain_broken)');
  });

  test('a file needs no Miko, compressed or not; a seal kept elsewhere must still be in it', async () => {
    const { lines, hash } = record();
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'changes.ndjson'), `${lines.join('\n')}\n`);
    writeFileSync(join(folder, 'changes.ndjson.gz'), gzipSync(`${lines.join('\n')}\n`));
    for (const file of ['changes.ndjson', 'changes.ndjson.gz']) expect(await runMiko(['audit', 'verify', file, '--known', `2:${hash}`], { cwd: folder })).toMatchObject({ code: 0 });
    expect(await runMiko(['audit', 'verify', '-'], { input: lines.join('\n') })).toMatchObject({ code: 0 });
    const anew = await runMiko(['audit', 'verify', 'changes.ndjson', '--known', `2:${NOTHING}`], { cwd: folder });
    expect([anew.code, anew.stdout]).toEqual([1, expect.stringContaining('the chain was made anew')]);
  });

  test.each([
    [['audit', 'verify', 'none.ndjson'], 3, 'There is no file none.ndjson'],
    [['audit', 'verify', '--known', '2:abc'], 2, 'It is written NUMBER:HASH'],
    [['audit', 'verify', '--known', `2:${NOTHING}`], 2, 'A seal that was kept belongs to one stream'],
    [['archive', 'search', '--since', 'yesterday'], 2, 'A time such as'],
    [['audit', 'export', '--stream', 'all'], 2, 'Allowed choices are change, refusal'],
  ])('%j ends with %d', async (args, expected, message) => {
    const { code, stderr } = await against({}, args);
    expect([code, stderr]).toEqual([expected, expect.stringContaining(message)]);
  });
});

test('an export is handed on byte for byte', async () => {
  const { lines } = record();
  const { code, stdout, fake } = await against(exported(lines), ['audit', 'export', '--since-revision', '2']);
  expect([code, stdout, fake.requests[0]?.path]).toEqual([0, `${lines.join('\n')}\n`, '/v1/audit:export?stream=change&since_revision=2']);
});

test('lists go on over empty pages; an endpoint is named with its service', async () => {
  const change = { revision: 7, at: '2026-12-01T00:00:00.000Z', actor: 'tok_1', remote: '127.0.0.1', operation: 'update', kind: 'endpoint', project: 'default', service: 'web', name: 'web-1', changed: ['/weight', '/zone'] };
  const routes: Routes = { 'GET /v1/audit': ({ path }) => ({ body: path.includes('page_token') ? { items: [change], next_page_token: null } : { items: [], next_page_token: 't' } }) };
  const { code, stdout, fake } = await against(routes, ['audit', 'list', '--kind', 'endpoints', '--since-revision', '6']);
  expect([code, stdout]).toEqual([
    0,
    'AT                        REVISION  WHO    FROM       DID     KIND      PROJECT  NAME       CHANGED\n2026-12-01T00:00:00.000Z  7         tok_1  127.0.0.1  update  endpoint  default  web/web-1  /weight /zone\n',
  ]);
  expect(fake.requests[0]?.path).toBe('/v1/audit?kind=endpoint&since_revision=6&limit=100');
});

test('a search of the archive names the files that could not be read', async () => {
  const { code, stderr, fake } = await against({ 'GET /v1/archive': { body: { items: [], unreadable: ['change/0001'], next_page_token: null } } }, ['archive', 'search', '--kind', 'endpoint-overrides', '--since', '2026-12-01', '-p', 'shop']);
  expect([code, stderr]).toEqual([0, 'The archive holds no such change.\nWhat these files held is missing here, for they cannot be read: change/0001\n']);
  expect(fake.requests[0]?.path).toBe('/v1/archive?project=shop&kind=endpoint_override&since=2026-12-01T00%3A00%3A00.000Z&limit=100');
});
