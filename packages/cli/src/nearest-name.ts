/** The names someone may have meant: at most three, the nearest first. */
export function nearestNames(wanted: string, known: Iterable<string>): readonly string[] {
  const asked = wanted.toLowerCase().slice(0, LONGEST);
  const most = Math.max(1, Math.floor(asked.length / 3));
  const near: { readonly name: string; readonly distance: number }[] = [];
  for (const name of known) {
    const candidate = name.toLowerCase().slice(0, LONGEST);
    const begins = asked.length >= 2 && candidate.startsWith(asked);
    if (!begins && Math.abs(candidate.length - asked.length) > most) continue;
    const distance = begins ? 0 : editDistance(asked, candidate);
    if (distance <= most) near.push({ name, distance });
  }
  return near
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** A line of advice, or none when nothing is near. */
export function didYouMean(wanted: string, known: Iterable<string>): readonly string[] {
  const names = nearestNames(wanted, known);
  return names.length === 0 ? [] : [`Did you mean ${names.join(', or ')}?`];
}

/** Names in Miko have at most 128 characters; what is longer is compared by its beginning. */
const LONGEST = 128;

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row: number[] = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
