import { isMap } from '../reader/shape.ts';

/**
 * What a value has to be like. A plain value: equal. A list: as long, and each item fits. A map: each of its fields fits; further ones may be there.
 * A map of `$` words: all of them hold:
 * `$gt $gte $lt $lte` numbers · `$in` one of · `$same` in any order · `$has` at least these items, each another one · `$begins` with these items · `$some`, `$none`, `$each` item fits,
 * of which `$each` asks for one at least · `$count` the length fits · `$match` a regular expression, `$tells` one for the whole of it as JSON · `$not` · `$is: null | text | number | present | empty`.
 * Answers null where it fits, else where and why not.
 */
export function mismatch(value: unknown, matcher: unknown, where = ''): string | null {
  if (isMap(matcher)) return isOperators(matcher) ? operators(value, matcher, where) : fields(value, matcher, where);
  if (Array.isArray(matcher)) return items(value, matcher, where);
  return Object.is(value, matcher) ? null : differs(where, matcher, value);
}

const isOperators = (matcher: Readonly<Record<string, unknown>>): boolean => Object.keys(matcher).some(name => name.startsWith('$'));

function fields(value: unknown, matcher: Readonly<Record<string, unknown>>, where: string): string | null {
  if (!isMap(value)) return differs(where, 'a map', value);
  return firstOf(Object.entries(matcher).map(([name, inner]) => () => mismatch(value[name], inner, `${where}.${name}`)));
}

function items(value: unknown, matcher: readonly unknown[], where: string): string | null {
  if (!Array.isArray(value)) return differs(where, 'a list', value);
  if (value.length !== matcher.length) return differs(where, `${matcher.length} items (${shown(matcher)})`, value);
  return firstOf(matcher.map((inner, i) => () => mismatch(value[i], inner, `${where}.${i}`)));
}

function operators(value: unknown, matcher: Readonly<Record<string, unknown>>, where: string): string | null {
  return firstOf(Object.entries(matcher).map(([word, operand]) => () => {
    const test = tests[word];
    if (test === undefined) throw new Error(`${word} is no word of a matcher: there are ${Object.keys(tests).join(', ')}`);
    return test(value, operand, where);
  }));
}

type Test = (value: unknown, operand: unknown, where: string) => string | null;

const number = (holds: (value: number, operand: number) => boolean, word: string): Test => (value, operand, where) =>
  typeof value === 'number' && holds(value, operand as number) ? null : differs(where, `${word} ${String(operand)}`, value);

const listOf = (value: unknown): readonly unknown[] | null => (Array.isArray(value) ? (value as unknown[]) : isMap(value) ? Object.values(value) : null);

const ofItems = (holds: (items: readonly unknown[], operand: unknown) => boolean, word: string): Test => (value, operand, where) => {
  const list = listOf(value);
  return list !== null && holds(list, operand) ? null : differs(where, `${word} ${shown(operand)}`, value);
};

const tests: Readonly<Record<string, Test>> = {
  $gt: number((value, than) => value > than, 'above'),
  $gte: number((value, than) => value >= than, 'at least'),
  $lt: number((value, than) => value < than, 'below'),
  $lte: number((value, than) => value <= than, 'at most'),
  $in: (value, operand, where) => ((operand as unknown[]).some(one => mismatch(value, one) === null) ? null : differs(where, `one of ${shown(operand)}`, value)),
  $same: ofItems((list, wanted) => list.length === (wanted as unknown[]).length && hasAll(list, wanted as unknown[]), 'in any order'),
  $has: ofItems((list, wanted) => hasAll(list, wanted as unknown[]), 'among it'),
  $begins: ofItems((list, wanted) => (wanted as unknown[]).every((one, i) => i < list.length && mismatch(list[i], one) === null), 'beginning with'),
  $some: ofItems((list, wanted) => list.some(item => mismatch(item, wanted) === null), 'an item like'),
  $none: ofItems((list, wanted) => list.every(item => mismatch(item, wanted) !== null), 'no item like'),
  $each: ofItems((list, wanted) => list.length > 0 && list.every(item => mismatch(item, wanted) === null), 'items, each like'),
  $count: (value, operand, where) => mismatch(listOf(value)?.length ?? null, operand, `${where} (how many)`),
  $match: (value, operand, where) => (typeof value === 'string' && new RegExp(operand as string).test(value) ? null : differs(where, `text like ${String(operand)}`, value)),
  $tells: (value, operand, where) => (new RegExp(operand as string).test(JSON.stringify(value) ?? '') ? null : differs(where, `telling of ${String(operand)}`, value)),
  $not: (value, operand, where) => (mismatch(value, operand) === null ? differs(where, `not ${shown(operand)}`, value) : null),
  $is: (value, operand, where) => (is(value, operand as string) ? null : differs(where, String(operand), value)),
};

/** Whether each matcher has an item of its own: one that is taken moves on where it can (augmenting paths). */
function hasAll(list: readonly unknown[], wanted: readonly unknown[]): boolean {
  const takenBy = new Map<number, number>();
  const finds = (which: number, tried: Set<number>): boolean => list.some((item, i) => {
    if (tried.has(i) || mismatch(item, wanted[which]) !== null) return false;
    tried.add(i);
    const holder = takenBy.get(i);
    if (holder !== undefined && !finds(holder, tried)) return false;
    takenBy.set(i, which);
    return true;
  });
  return wanted.every((_, which) => finds(which, new Set()));
}

function is(value: unknown, what: string): boolean {
  if (what === 'null' || what === 'absent') return value === null || value === undefined;
  if (what === 'present') return value !== null && value !== undefined;
  if (what === 'text') return typeof value === 'string' && value !== '';
  if (what === 'number') return typeof value === 'number';
  if (what === 'empty') return listOf(value)?.length === 0;
  throw new Error(`$is: ${what} means nothing`);
}

function firstOf(checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const found = check();
    if (found !== null) return found;
  }
  return null;
}

const shown = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
};
const differs = (where: string, wanted: unknown, value: unknown): string => `${where === '' ? 'it' : where.replace(/^\./, '')} should be ${typeof wanted === 'string' ? wanted : shown(wanted)}, was ${shown(value)}`;
