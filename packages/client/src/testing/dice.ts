/** Dice with a seed (mulberry32), so that a property that fails can be run again. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Dice that fall as they are told, and then as the last of these. Without any: in the middle. */
export function loadedDice(...falls: number[]): () => number {
  let next = 0;
  return () => falls[Math.min(next++, falls.length - 1)] ?? 0.5;
}
