import { isRecord } from './json.ts';
import { MikoError } from './problem.ts';

/** Arguments that can never be right are refused at once, by `invalid_argument`, which names them by their path ("check.intervalMs"). */
export function invalid(path: string, message: string): MikoError {
  return new MikoError('invalid_argument', `${path} ${message}`);
}

/** What was given, whatever it is, for a message: at most `most` characters of it, in quotes. */
export function quoted(given: unknown, most = 200): string {
  return `"${String(given).slice(0, most)}"`;
}

/** An object of these names alone; `prefix` stands before a name in a message: "check.". Throws `invalid_argument`. */
export function checkNames(value: unknown, known: Readonly<Record<string, true>>, path: string, prefix: string): void {
  if (!isRecord(value)) throw invalid(path, 'must be an object');
  for (const name of Object.keys(value)) if (!Object.hasOwn(known, name)) throw invalid(`${prefix}${name.slice(0, 100)}`, 'is no option');
}

/** Throws `invalid_argument`. */
export function checkWhole(path: string, value: unknown, least: number, most: number): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) throw invalid(path, `must be a whole number from ${least} to ${most}`);
}

/** Throws `invalid_argument`. */
export function checkText(path: string, value: unknown, most: number): void {
  if (typeof value !== 'string' || value.length > most) throw invalid(path, `must be a text of at most ${most} characters`);
}

/** Throws `invalid_argument`. */
export function checkFunction(path: string, value: unknown): void {
  if (typeof value !== 'function') throw invalid(path, 'must be a function');
}
