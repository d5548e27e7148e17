import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinds as everyKind, type Kind } from '@miko/model';
import { declaredOperations, readConfig, startMiko } from '@miko/server';
import { pino } from 'pino';
import { MikoProcess } from '../miko-process.ts';
import { MOST_FILLED } from './cases/limits.ts';
import type { Door } from './door.ts';
import { DirectDoor } from './doors/direct.ts';
import { RestlessDoor } from './doors/restless.ts';
import { TcpDoor } from './doors/tcp.ts';
import { World } from './world.ts';

/** A Miko of its own with a world around it. */
export interface Running {
  readonly world: World;
  readonly restarts: number;
  /** What the server has printed. */
  readonly log: string;
  stop(): Promise<void>;
}

/** A process of its own, spoken to over sockets. */
export async function overTcp(env: Readonly<Record<string, string>> = {}): Promise<Running> {
  const miko = await MikoProcess.start({ env: { MIKO_LOG_LEVEL: 'warn', ...env } });
  const door = new TcpDoor(miko.url, miko.token);
  return { world: worldOf(door, everyKind, commandOf(miko.url, miko.token)), restarts: 0, get log() { return miko.log; }, stop: () => stopped(door, miko) };
}

/** The same, ended and started again between steps by chance. */
export async function restless(random: () => number, chance: number): Promise<Running> {
  const miko = await MikoProcess.start({ env: { MIKO_LOG_LEVEL: 'warn' } });
  const tcp = new TcpDoor(miko.url, miko.token);
  const server = {
    restart: async (signal: 'SIGKILL' | 'SIGTERM') => {
      await miko.kill(signal);
      await miko.start();
    },
  };
  const door = new RestlessDoor(tcp, server, random, chance);
  return { world: worldOf(door, everyKind, null), get restarts() { return door.restarts; }, get log() { return miko.log; }, stop: () => stopped(tcp, miko) };
}

/** Kinds of which no more may exist than a test can make. */
export const fillable: readonly Kind[] = everyKind.map(kind => ({
  ...kind, limits: { ...kind.limits, perParent: kind.parent === null ? Math.min(kind.limits.perParent, MOST_FILLED) : kind.limits.perParent },
}));

/** In this process, spoken to without sockets; `kinds` may hold more than Miko's own. */
export async function inProcess(kinds: readonly Kind[] = everyKind, command: CommandOf = () => null): Promise<Running> {
  const dataDir = mkdtempSync(join(tmpdir(), 'miko-omnibus-'));
  const config = readConfig({ MIKO_DATA_DIR: dataDir, MIKO_LISTEN: '127.0.0.1:0' });
  const miko = await startMiko(config, pino({ level: 'silent' }), kinds);
  const token = readFileSync(join(dataDir, 'admin-token'), 'utf8').trim();
  return {
    world: worldOf(new DirectDoor(call => miko.serve(call), token), kinds, command(miko.url, token)), restarts: 0, log: '',
    async stop() {
      await miko.close();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
  };
}

type Command = NonNullable<World['command']>;
type CommandOf = (url: string, token: string) => Command | null;

const worldOf = (door: Door, kinds: readonly Kind[], command: Command | null): World => new World({ door, kinds, operations: declaredOperations(kinds), command });

async function stopped(door: TcpDoor, miko: MikoProcess): Promise<void> {
  door.close();
  await miko.dispose();
}

/** `miko`, or another program that takes the same arguments. */
export function commandOf(url: string, token: string, program = join(import.meta.dirname, 'command.ts')): Command {
  return (args, input = '') => new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=source', '--disable-warning=ExperimentalWarning', program, ...args], {
      env: { PATH: process.env['PATH'] ?? '', MIKO_URL: url, MIKO_TOKEN: token, EDITOR: 'true' }, stdio: 'pipe', timeout: 30_000,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (piece: string) => { output += piece; });
    // One that ends without reading its input is no failure of this.
    child.stdin.on('error', () => {}).end(input);
    child.on('error', reject).on('close', code => resolve({ code: code ?? -1, output }));
  });
}
