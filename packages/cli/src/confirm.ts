import { createInterface } from 'node:readline/promises';
import { usage, Failure } from './failure.ts';
import type { Format } from './output.ts';

/** Asks on the terminal; where there is none (or JSON is wanted, or CI runs) it fails at once and names the flag that answers. */
export async function confirm(question: string, format: Format): Promise<void> {
  if (format !== 'table' || !process.stdin.isTTY || !process.stderr.isTTY || (process.env['CI'] ?? '') !== '') {
    throw usage(`Not done: "${question}" needs an answer, and there is no terminal to ask on`, 'Answer with --yes.');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const ended = new Promise<string>(resolve => void terminal.once('close', () => resolve('')));
    const answer = await Promise.race([terminal.question(`${question} [y/N] `), ended]);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('error', 'not_confirmed', 'Not done: it was not confirmed');
  } finally {
    terminal.close();
  }
}
