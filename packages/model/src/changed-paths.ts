import { equalJson, isJsonMap } from './json-equal.ts';
import { pointerTo } from './json-pointer.ts';

/** Most paths that are told of one change. */
export const MOST_CHANGED_PATHS = 100;

/**
 * Where two documents differ, as sorted JSON pointers: never a value, so that they may be kept where values may not.
 * What came or went is told by its own path, a list of another length by that of the list. Where there would be more
 * than 100, the deepest give way to the paths they lie under, level by level; equal documents have none.
 */
export function changedPaths(before: unknown, after: unknown): string[] {
  let paths = differences(before, after, []);
  while (paths.size > MOST_CHANGED_PATHS) paths = withoutDeepest(paths);
  return [...paths.keys()].sort();
}

/** Pointers with their steps. */
type Paths = Map<string, readonly string[]>;

function differences(before: unknown, after: unknown, at: readonly string[], found: Paths = new Map()): Paths {
  const names = namesIn(before, after);
  if (names === null) {
    if (!equalJson(before, after)) found.set(pointerTo(at), at);
    return found;
  }
  const [from, to] = [before as Readonly<Record<string, unknown>>, after as Readonly<Record<string, unknown>>];
  for (const name of names) {
    const path = [...at, name];
    if (Object.hasOwn(from, name) && Object.hasOwn(to, name)) differences(from[name], to[name], path, found);
    else found.set(pointerTo(path), path);
  }
  return found;
}

/** What both are compared by: the names of two objects, the places in two lists of one length; null: as wholes. */
function namesIn(before: unknown, after: unknown): readonly string[] | null {
  if (isJsonMap(before) && isJsonMap(after)) return [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Array.isArray(before) && Array.isArray(after) && before.length === after.length ? Object.keys(before) : null;
}

function withoutDeepest(paths: Paths): Paths {
  const deepest = [...paths.values()].reduce((most, steps) => Math.max(most, steps.length), 0);
  const kept = [...paths.values()].map(steps => (steps.length === deepest ? steps.slice(0, -1) : steps));
  return new Map(kept.map(steps => [pointerTo(steps), steps]));
}
