/** The three SDKs, and how their client programs are started. Where a language is missing, its rows say so. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { complaint, finish, startChild } from '../harness/children.ts';
import { scratch } from '../harness/scratch.ts';

export type Command = { readonly command: string; readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> };

export type Language = {
  readonly name: 'typescript' | 'python' | 'go';
  /** Its ways of calling, each with the client library that it stands on. */
  readonly ways: readonly { readonly way: string; readonly over: string }[];
  /** What makes its command; throws a sentence for the row. */
  readonly command: () => Promise<Command>;
};

const root = fileURLToPath(new URL('../../..', import.meta.url));
const goFolder = join(root, 'sdks/go');

export const languages: readonly Language[] = [
  {
    name: 'typescript',
    ways: [{ way: 'fetch', over: 'undici fetch' }, { way: 'request', over: 'undici request' }],
    command: async () => ({ command: process.execPath, args: [...profiled(), '--conditions=source', join(root, 'bench/src/sdks/program/typescript.ts')], env: {} }),
  },
  {
    name: 'python',
    ways: [{ way: 'async', over: 'httpx.AsyncClient' }, { way: 'sync', over: 'httpx.Client, threads' }],
    command: async () => ({ command: pythonPath(), args: ['-u', join(root, 'bench/sdks/python/client.py')], env: { PYTHONDONTWRITEBYTECODE: '1' } }),
  },
  { name: 'go', ways: [{ way: 'http', over: 'net/http' }], command: async () => ({ command: await goProgram(), args: [], env: {} }) },
];

/** `npm run bench` names it; run by hand, the environment beside the SDK is taken. */
function pythonPath(): string {
  const path = process.env['MIKO_SDK_PYTHON'] || join(root, 'sdks/python/.venv/bin/python');
  if (!existsSync(path)) throw new Error(process.env['MIKO_SDK_PYTHON_MISSING'] || `there is no Python environment at ${path}`);
  return path;
}

let built: Promise<string> | null = null;

function goProgram(): Promise<string> {
  built ??= buildGoProgram();
  return built;
}

async function buildGoProgram(): Promise<string> {
  const missing = process.env['MIKO_SDK_GO_MISSING'];
  if (missing) throw new Error(missing);
  const program = join(scratch(), 'go-client');
  const { code, output } = await finish(await startChild(process.env['MIKO_SDK_GO'] || 'go', ['build', '-o', program, './internal/benchmark'], { cwd: goFolder }), 300_000);
  if (code !== 0) throw new Error(`the Go client program does not build: ${complaint(output)}`);
  return program;
}

/** A profile of the TypeScript programs is written to MIKO_BENCH_PROFILE when that names a folder; such figures do not count. */
function profiled(): string[] {
  const folder = process.env['MIKO_BENCH_PROFILE'];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}
