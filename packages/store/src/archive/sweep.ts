import type { Stream } from '../audit/seals.ts';
import type { Lease } from '../lease.ts';

export interface Swept {
  readonly removed: number;
  /** There may be more to do at once. */
  readonly more: boolean;
}

/** Removes rows that are in verified files, at most `most` looked at; those of objects and refusals once they are `keepSeconds` old. */
export const sweepRows = (lease: Lease, stream: Stream, most: number, keepSeconds: number): Promise<Swept> => sweep(lease, `miko_sweep_${stream}s`, most, keepSeconds);

/** Removes the tombstones of objects whose deletion is in a verified file and `keepSeconds` old. */
export const sweepTombstones = (lease: Lease, most: number, keepSeconds: number): Promise<Swept> => sweep(lease, 'miko_sweep_objects', most, keepSeconds);

async function sweep(lease: Lease, name: string, most: number, keepSeconds: number): Promise<Swept> {
  const [row] = await lease.query<{ removed: number; more: boolean }>({ text: `select removed, more from ${name}($1, $2)`, values: [most, keepSeconds] });
  return row!;
}
