// `npm start`: Miko with its demo fleet. `npm start -- --no-demo`: Miko alone, its log as JSON lines on stderr.
import { spawn } from 'node:child_process';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ready, root, run } from './lib/runtime.mjs';

const args = process.argv.slice(2);
try {
  process.exitCode = args.includes('--no-demo') ? await alone(args.filter(arg => arg !== '--no-demo')) : await demo(args);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** The IPC channel tells the demo when this process is gone, however it ended. */
function demo(rest) {
  return run('packages/demo/src/main.ts', rest, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
}

async function alone(rest) {
  if (rest.length > 0) throw new Error(`unknown argument ${rest[0]}: --no-demo stands alone; everything else is set by variables (MIKO_LISTEN, MIKO_DATA_DIR, MIKO_DATABASE_URL)`);
  const node = await ready();
  const child = spawn(
    node,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', join(root, 'packages/demo/src/serve.ts')],
    // A group of its own: Ctrl-C in the terminal comes by way of this process, once, and never to a database that is being made.
    { cwd: root, detached: true, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] },
  );
  child.stderr.pipe(process.stderr);
  createInterface({ input: child.stderr }).on('line', announce);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise(done => {
    child.on('exit', (code, signal) => done(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

/** The line for people, once Miko says that it is ready; with MIKO_LOG_LEVEL above `info` it says nothing. */
function announce(line) {
  if (!line.includes('"Miko is ready"')) return;
  const { url } = JSON.parse(line);
  const token = join(resolve(root, process.env.MIKO_DATA_DIR || '.miko'), 'admin-token');
  const fromHere = relative(process.cwd(), token);
  console.log(`Miko runs at ${url}; the admin token is in ${fromHere.length < token.length ? fromHere : token}. Ctrl-C stops it.`);
}
