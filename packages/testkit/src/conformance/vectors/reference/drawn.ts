/** 3.3: the first, in the order of the list, whose running sum of weights exceeds `random × Σw`. */
export function drawn<T extends { readonly w: number }>(candidates: readonly T[], random: number): T {
  const x = random * candidates.reduce((total, { w }) => total + w, 0);
  let running = 0;
  for (const one of candidates) {
    running += one.w;
    if (running > x) return one;
  }
  return candidates.at(-1)!;
}
