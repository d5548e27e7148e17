/**
 * Named points at which a test lets the process die: `MIKO_FAILPOINT=records.after_commit:7` ends it with SIGKILL when
 * the point is reached for the seventh time. Unset, a point costs one comparison.
 */
export type Failpoint = 'records.before_commit' | 'records.after_commit' | 'objects.before_commit' | 'objects.after_commit';

const [wanted, nth] = (process.env['MIKO_FAILPOINT'] ?? '').split(':');
let left = Number(nth ?? 1);

export const isArmed = (name: Failpoint): boolean => wanted === name;

export function failpoint(name: Failpoint): void {
  if (wanted === name && --left === 0) process.kill(process.pid, 'SIGKILL');
}
