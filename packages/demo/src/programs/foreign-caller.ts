import { spawn } from 'node:child_process';
import { readLines } from '../lines.ts';
import { Account } from './account.ts';
import { underSupervisor } from './parent.ts';
import { MOST_LINE_CHARS, orders, readTold } from './told.ts';

/**
 * The client in another language: the program named by the arguments does what `caller.ts` does, on its own SDK, and what
 * it counted becomes the same lines and sums here. It ends when its stdin does, so with this process, whatever ends that.
 */
const [command, ...args] = process.argv.slice(2);
if (command === undefined) throw new Error("started without the client's program: this program is a part of the demo");

const account = new Account();
const program = spawn(command, [...args, orders()], { stdio: ['pipe', 'pipe', 'inherit'] });
const ended = new Promise<string>(resolve => {
  program.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  program.once('error', error => resolve(error.message));
});
let isLeaving = false;

program.stdin.on('error', () => {});
program.stdout.on('error', error => lose(error.message));
readLines(program.stdout, take, MOST_LINE_CHARS);
void ended.then(why => {
  if (!isLeaving) lose(why);
});
underSupervisor(async () => {
  isLeaving = true;
  program.kill('SIGTERM');
  await ended;
});

function take(line: string): void {
  if (isLeaving) return;
  const { tookMs, counted, standing, reasons } = readTold(line);
  account.tally.add(counted);
  for (const reason of reasons) account.explain(reason);
  account.say(standing, tookMs);
}

/** The supervisor tells it to the person, and where to start it again. */
function lose(why: string): void {
  console.error(`${new Date().toISOString()} client: ${command} ended: ${why}`);
  process.exit(1);
}
