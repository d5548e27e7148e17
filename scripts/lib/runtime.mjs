// What every command does first: install what is missing, and find a Node 24 to run on. Plain JavaScript that Node 20 can read.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const wanted = 24;

/** Installs what the lock file names and this folder lacks; resolves to the path of a Node 24 or newer. */
export async function ready() {
  if (!installed()) install();
  const node = findNode();
  if (node === null) {
    throw new Error(`Miko needs Node ${wanted} or newer here: no packaged one for ${process.platform}-${process.arch}, and this is ${process.version}`);
  }
  return node;
}

/** Runs a TypeScript source with Node 24; resolves to its exit code. Signals to this process reach the child first. */
export async function run(file, args, options = {}) {
  const node = await ready();
  const child = spawn(node, ['--conditions=source', '--disable-warning=ExperimentalWarning', join(root, file), ...args], {
    stdio: 'inherit',
    cwd: root,
    ...options,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // In a terminal Ctrl-C reaches the child itself; one sent to this process alone is passed on.
    process.on(signal, () => { if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal); });
  }
  return new Promise(resolve => {
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

function installed() {
  const wantedLock = read(join(root, 'package-lock.json'));
  const have = read(join(root, 'node_modules/.package-lock.json'));
  if (wantedLock === null || have === null) return false;
  const present = new Map(Object.entries(JSON.parse(have).packages));
  return Object.entries(JSON.parse(wantedLock).packages).every(
    ([path, entry]) => path === '' || entry.optional === true || entry.link === true || !path.startsWith('node_modules/') || present.get(path)?.version === entry.version,
  ) && findNode() !== null;
}

function install() {
  console.error('Installing what package-lock.json names ...');
  const npm = process.env.npm_execpath;
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const result = spawnSync(command, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) throw new Error('npm ci failed; its message stands above');
}

function findNode() {
  const require = createRequire(join(root, 'package.json'));
  try {
    const file = join(dirname(require.resolve(`node-${process.platform}-${process.arch}/package.json`)), 'bin/node');
    if (existsSync(file)) return file;
  } catch {
    // no packaged Node for this platform: the system's own may do
  }
  return Number(process.versions.node.split('.')[0]) >= wanted ? process.execPath : null;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
