import { createInterface } from 'node:readline';
import { isRecord, wordsOf } from './words.ts';

/** One operation: what it is given, and what it answers. What it throws is told as an error. */
export type Op = (args: Readonly<Record<string, unknown>>) => unknown;
export type Ops = Readonly<Record<string, Op>>;

/** Reads operations from stdin and does them side by side; ends with stdin, or when asked to. */
export function serveLines(ops: Ops): void {
  createInterface({ input: process.stdin })
    .on('line', (line) => void serve(ops, line))
    .on('close', () => process.exit(0));
}

/** An answer or an event, as one line. */
export function say(line: Readonly<Record<string, unknown>>, then?: () => void): void {
  process.stdout.write(`${JSON.stringify(line)}\n`, then);
}

async function serve(ops: Ops, line: string): Promise<void> {
  if (line.trim() === '') return;
  const request: unknown = JSON.parse(line);
  if (!isRecord(request)) throw new Error('a request must be an object');
  const { id, op, ...args } = request;
  if (op === 'exit') return say({ id, ok: {} }, () => process.exit(0));
  const act = typeof op === 'string' && Object.hasOwn(ops, op) ? ops[op] : undefined;
  try {
    if (act === undefined) throw Object.assign(new Error(`there is no operation ${String(op)}`), { code: 'invalid_argument' });
    say({ id, ok: (await act(args)) ?? {} });
  } catch (error) {
    say({ id, error: wordsOf(error) });
  }
}
