import { equalJson, isJsonMap, pointerTo, type JsonObject, type PointerSteps } from '@miko/model';
import { plain, styled } from '../output.ts';

/** What is not the same in two JSON values, by JSON pointer (RFC 6901). An absent side is `undefined`; lists count as one value. */
export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

export function differences(before: unknown, after: unknown, at: PointerSteps = []): readonly Difference[] {
  if (isJsonMap(before) && isJsonMap(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap(name => differences(own(before, name), own(after, name), [...at, name]));
  }
  return equalJson(before, after) ? [] : [{ path: pointerTo(at), before, after }];
}

/** Of an object that was not there: each field of its spec is new. */
export const created = (spec: JsonObject): readonly Difference[] => differences({ spec: {} }, { spec });

/** One line for each: `+` is new, `-` is gone, `~` has changed. The mark says it without the colour too. */
export function differenceText(found: readonly Difference[]): string {
  return found
    .map(({ path, before, after }) => {
      const name = plain(path);
      if (before === undefined) return styled('green', `+ ${name}: ${valueText(after)}`);
      if (after === undefined) return styled('red', `- ${name}: ${valueText(before)}`);
      return styled('yellow', `~ ${name}: ${valueText(before)} -> ${valueText(after)}`);
    })
    .map(line => `    ${line}\n`)
    .join('');
}

const own = (map: { readonly [name: string]: unknown }, name: string): unknown => (Object.hasOwn(map, name) ? map[name] : undefined);
const valueText = (value: unknown): string => plain(JSON.stringify(value));
