import { balance } from './reference/balance.ts';
import type { BalanceInput } from './reference/balance-input.ts';
import { murmur3 } from './reference/murmur3.ts';
import { outlier, type OutlierInput } from './reference/outlier.ts';
import { backoff, gradient, reconnect, retryBudget } from './reference/survive.ts';
import { consistentHashCases, leastRequestCases, p2cCases, panicCases, roundRobinCases, slowStartCases, subsetCases, weightedCases, zoneCases } from './cases/balance.ts';
import type { Case } from './cases/case.ts';
import { murmur3Cases } from './cases/murmur3.ts';
import { outlierCases } from './cases/outlier.ts';
import { backoffCases, gradientCases, reconnectCases, retryBudgetCases } from './cases/survive.ts';

/** A file of shared vectors. */
export interface VectorFile {
  readonly vector: string;
  readonly cases: readonly { readonly says: string; readonly input: unknown; readonly output: unknown; readonly by_hand?: true }[];
}

/** Every file by its name, worked out by the reference. Throws where that disagrees with a case worked out by hand. */
export function allVectors(): Map<string, VectorFile> {
  return new Map([
    file('murmur3', 'murmur3', murmur3Cases, ({ text }: { text: string }) => ({ hash: murmur3(text) })),
    ...balanceFiles.map(([name, cases]) => file(name, 'balance', cases, (input: BalanceInput) => balance(input))),
    file('retry-budget', 'retry_budget', retryBudgetCases, retryBudget),
    file('backoff', 'backoff', backoffCases, backoff),
    file('reconnect', 'reconnect', reconnectCases, reconnect),
    file('gradient', 'gradient', gradientCases, gradient),
    file('outlier', 'outlier', outlierCases, (input: OutlierInput) => outlier(input)),
  ]);
}

const balanceFiles: readonly (readonly [string, readonly Case[]])[] = [
  ['p2c', p2cCases], ['least-request', leastRequestCases], ['round-robin', roundRobinCases], ['weighted', weightedCases], ['consistent-hash', consistentHashCases], ['zone', zoneCases],
  ['subset', subsetCases], ['slow-start', slowStartCases], ['panic', panicCases],
];

function file<I>(name: string, vector: string, cases: readonly Case[], compute: (input: I) => unknown): [string, VectorFile] {
  const worked = cases.map(({ says, input, by_hand }) => {
    let output: unknown;
    try {
      output = compute(input as I);
    } catch (error) {
      throw new Error(`${name}: ${says}: ${(error as Error).message}`, { cause: error });
    }
    if (by_hand === undefined) return { says, input, output };
    if (!isClose(output, by_hand)) throw new Error(`${name}: ${says}: by hand it is ${JSON.stringify(by_hand)}, the reference says ${JSON.stringify(output)}`);
    return { says, input, output, by_hand: true as const };
  });
  return [`${name}.json`, { vector, cases: worked }];
}

const TOLERANCE = 1e-9;

/** Numbers within 1e-9 of the larger of 1 and the number; everything else equal. */
export function isClose(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b));
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => isClose(item, b[i]));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  return Object.entries(b).every(([name, value]) => isClose((a as Readonly<Record<string, unknown>>)[name], value));
}
