import { breaking, type Finding } from './breaking.ts';
import type { Json } from './plain-schema.ts';

/**
 * Blessed documents: what was promised, one file for each API date. An older one is as it was for ever; the newest may
 * grow, and where it would break callers a new date has to begin.
 */
export interface Judgement {
  readonly date: string;
  /** `missing`: nothing was promised yet. `changed`: an older document is not what it was. `grown`: only compatibly. */
  readonly state: 'same' | 'missing' | 'grown' | 'changed' | 'broken';
  readonly findings: readonly Finding[];
}

/** `kept` and `built`: the texts by date. `kept` may lack dates that were not blessed yet. */
export function judge(kept: ReadonlyMap<string, string>, built: ReadonlyMap<string, string>): Judgement[] {
  const newest = [...built.keys()].sort().at(-1);
  return [...built].map(([date, text]) => {
    const before = kept.get(date);
    if (before === undefined) return { date, state: 'missing', findings: [] };
    if (before === text) return { date, state: 'same', findings: [] };
    const findings = breaking(JSON.parse(before) as Json, JSON.parse(text) as Json);
    return { date, state: date !== newest ? 'changed' : findings.length > 0 ? 'broken' : 'grown', findings };
  });
}

/** Whether blessing may write it: never over an older document, nor over what it would break. */
export const mayBless = ({ state }: Judgement): boolean => state === 'missing' || state === 'grown';

/** As it lies in a file, for a reader of differences: indented, ending with a line break. */
export const documentText = (document: Json): string => `${JSON.stringify(document, null, 2)}\n`;
