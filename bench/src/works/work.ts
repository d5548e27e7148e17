/** What every work hands back, and how a side that cannot start becomes a missed row instead of ending the run. */
import { missedRow } from '../row.ts';
import type { Row } from '../row.ts';
import { tell } from '../harness/rounds.ts';

export type Options = {
  /** Rounds; the figures are medians over them. */
  readonly runs: number;
  /** False: Miko alone. */
  readonly compare: boolean;
  /** False: syncs are not counted. */
  readonly syncs: boolean;
};

export type WorkResult = {
  readonly rows: readonly Row[];
  /** The version of the PostgreSQL that ran; null when none was seen. */
  readonly postgres: string | null;
};

export type Started<T> = { readonly running: T; readonly problem: null } | { readonly running: null; readonly problem: string };

/** Starts a side; the problem becomes the reason of its missed rows. */
export async function attempt<T>(name: string, start: () => Promise<T>): Promise<Started<T>> {
  try {
    return { running: await start(), problem: null };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    tell(`${name}: ${problem}`);
    return { running: null, problem };
  }
}

/** One missed row of a side for each of the works. */
export function missedRows(works: readonly string[], side: string, why: string): Row[] {
  return works.map((work) => missedRow(work, side, why));
}
