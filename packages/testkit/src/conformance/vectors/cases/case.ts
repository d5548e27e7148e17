/** One case of a vector. `by_hand`: the output was worked out on paper, or is a published value, and the reference must agree. */
export interface Case {
  readonly says: string;
  readonly input: unknown;
  readonly by_hand?: unknown;
}

/** The start of a fixed sequence of numbers in [0, 1), to four digits: the same in every language and on every machine. */
export function numbers(count: number, seed = 1): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * 10_000) / 10_000;
  });
}
