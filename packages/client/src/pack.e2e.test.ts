import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { knownList, startFakeMiko, TOKEN, wireEndpoint } from './testing/fake-miko.ts';
import type { FakeMiko } from './testing/fake-miko.ts';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const TSC = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
const TYPES = fileURLToPath(new URL('../../../node_modules/@types', import.meta.url));
/** Its one dependency, as it lies here: nothing is fetched. */
const UNDICI = fileURLToPath(new URL('../../../node_modules/undici', import.meta.url));
const run = promisify(execFile);

const USE = `
import { connect, MikoError } from '@miko/client';
const client = connect(process.env.MIKO_URL, { cacheDir: null });
const answer = await client.endpoints('web');
console.log(answer.state, answer.endpoints.map((endpoint) => endpoint.url).join());
await client.close();
console.log(new MikoError('code', 'message').code);
`;

const USE_TYPES = `
import { connect } from '@miko/client';
import type { Answer } from '@miko/client';
export async function first(): Promise<string | null> {
  await using client = connect('https://miko.example', { token: 't' });
  const answer: Answer = await client.endpoints('web');
  return answer.state === 'known' ? (answer.endpoints[0]?.url ?? null) : null;
}
`;

let dir: string;
let miko: FakeMiko;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'miko-pack-'));
  miko = await startFakeMiko();
});

afterEach(async () => {
  await miko.close();
  rmSync(dir, { recursive: true });
});

/** The environment of a user's shell: nothing of this test run's node options or npm. */
function userEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|node_options$|vitest)/i.test(name));
  return { ...Object.fromEntries(kept), npm_config_cache: join(dir, 'npm-cache'), MIKO_URL: miko.url, MIKO_TOKEN: TOKEN };
}

test('the packed client installs without network outside the repository, runs, and has types', async () => {
  const env = userEnv();
  await run('npm', ['pack', '--pack-destination', dir], { cwd: PACKAGE, env });
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', dir], { cwd: UNDICI, env });
  const tarballs = readdirSync(dir).filter((name) => name.endsWith('.tgz')).map((name) => `./${name}`);
  writeFileSync(join(dir, 'package.json'), '{"name":"user","private":true,"type":"module"}');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...tarballs], { cwd: dir, env });

  const installed = join(dir, 'node_modules', '@miko', 'client');
  expect(readdirSync(installed).toSorted()).toEqual(['README.md', 'dist', 'package.json', 'src']);
  expect(readdirSync(installed, { recursive: true }).filter((name) => /test|tsbuildinfo/.test(String(name)))).toEqual([]);
  expect(readdirSync(join(dir, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['@miko', 'undici']);

  miko.lists.set('web', knownList(1, [wireEndpoint('web-1')]));
  writeFileSync(join(dir, 'use.js'), USE);
  const used = await run(process.execPath, ['use.js'], { cwd: dir, env });
  expect(used.stdout).toBe('known http://127.0.0.1:8080\ncode\n');

  writeFileSync(join(dir, 'types.ts'), USE_TYPES);
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,esnext.disposable'];
  await run(process.execPath, [TSC, ...flags, '--typeRoots', TYPES, '--types', 'node', 'types.ts'], { cwd: dir, env });
});
