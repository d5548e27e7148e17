// The Python that the Python SDK is tested and run with: an environment of its own, made from exact pins.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './runtime.mjs';

const folder = join(root, 'sdks/python');
const environment = join(folder, '.venv');
const interpreter = join(environment, 'bin/python');
const candidates = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', '/usr/bin/python3'];

/** Makes the environment when it is missing or older than its pins: `{path}` of its interpreter, or `{missing}`, a sentence, where that cannot be. */
export function pythonReady() {
  if (isCurrent()) return { path: interpreter };
  const base = candidates.find(isPython310);
  if (base === undefined) return { missing: 'the Python SDK needs Python 3.10 or newer, with its venv module' };
  const stamp = madeOf();
  console.error('Making the environment of the Python SDK ...');
  rmSync(environment, { recursive: true, force: true });
  must(base, ['-m', 'venv', environment]);
  must(interpreter, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', 'requirements.txt']);
  must(interpreter, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--no-build-isolation', '--editable', '.']);
  writeFileSync(join(environment, 'made-of'), stamp);
  return { path: interpreter };
}

function isCurrent() {
  return existsSync(interpreter) && existsSync(join(environment, 'made-of')) && readFileSync(join(environment, 'made-of'), 'utf8') === madeOf();
}

function madeOf() {
  const pins = ['requirements.txt', 'pyproject.toml'].map(name => readFileSync(join(folder, name)));
  return createHash('sha256').update(folder).update(Buffer.concat(pins)).digest('hex');
}

function isPython310(command) {
  const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
  return spawnSync(command, ['-c', check], { stdio: 'ignore' }).status === 0;
}

function must(command, args) {
  const result = spawnSync(command, args, { cwd: folder, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed; its message stands above`);
}
