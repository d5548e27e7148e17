// `npm start`: Miko with its demo fleet, its client in TypeScript, or by `--client=python` or `go` in that language.
// `npm start -- --no-demo`: Miko alone, its log as JSON lines on stderr.
import { spawn } from 'node:child_process';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { languages } from './lib/languages.mjs';
import { ready, root, run } from './lib/runtime.mjs';

const args = process.argv.slice(2);
endWithNpm();
try {
  process.exitCode = args.includes('--no-demo') ? await alone(args.filter(arg => arg !== '--no-demo')) : await demo(args);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** The IPC channel tells the demo when this process is gone, however it ended. */
function demo(rest) {
  return run('packages/demo/src/main.ts', rest, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: { ...process.env, ...tools(rest) } });
}

/** Where the language that is asked for is found, or what is missing: the demo says it. */
function tools(rest) {
  if (rest.includes('--help') || rest.includes('-h')) return {};
  return languages(['python', 'go'].filter(name => rest.includes(`--client=${name}`)));
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

/** npm that is told to end takes its shell along and tells nobody below it. Started without npm, this may outlive its shell. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    process.kill(process.pid, 'SIGTERM');
  }, 1_000);
  looking.unref();
}

/** The line for people, once Miko says that it is ready; with MIKO_LOG_LEVEL above `info` it says nothing. */
function announce(line) {
  if (!line.includes('"Miko is ready"')) return;
  const { url, admin_token: token } = JSON.parse(line);
  console.log(`Miko runs at ${url}; ${token === null ? 'its database has tokens already: use one of those' : `the admin token is in ${shown(token)}`}. Ctrl-C stops it.`);
}

function shown(path) {
  const fromHere = relative(process.cwd(), path);
  return fromHere.length < path.length ? fromHere : path;
}
