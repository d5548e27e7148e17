import type { Call } from '../../call.ts';
import { Failure } from '../../failure.ts';
import { plain, styled } from '../../output.ts';
import { readBounded } from '../../read-file.ts';
import { applyAll, applyResults, type AppliedRow } from '../../objects/apply-all.ts';
import { differenceText } from '../../objects/difference.ts';
import { inOrder, manifestLimits, readManifests } from '../../objects/manifest.ts';

export interface ApplyFlags {
  readonly file: string;
  readonly dryRun?: boolean;
}

/** Makes Miko hold what a file says, and tells what became of each object. Ends as the first failure does. */
export async function applyFile(call: Call, flags: ApplyFlags): Promise<void> {
  const kinds = await call.kinds();
  const context = { kinds, project: call.settings().project, typedProject: call.typedProject };
  const manifests = inOrder(readManifests(await readBounded(flags.file, manifestLimits.bytes), context), kinds);
  const dryRun = flags.dryRun === true;
  const rows: AppliedRow[] = [];
  const failures: Failure[] = [];
  const asDocument = call.output.format === 'json' || call.output.format === 'yaml';
  for await (const { row, failure } of applyAll(call.api(), manifests, { dryRun })) {
    rows.push(row);
    if (failure !== null) failures.push(failure);
    // Told at once: whoever stops the command knows what was done.
    if (!asDocument) call.output.row(() => rowText(row, dryRun), row);
  }
  const summary = Object.fromEntries(applyResults.map(result => [result, rows.filter(row => row.result === result).length]));
  if (asDocument) call.output.result({ text: () => '', document: { dry_run: dryRun, items: rows, summary }, lines: rows });
  call.output.note(summaryText(summary, rows.length, dryRun));
  const [first] = failures;
  if (first === undefined) return;
  const { exit, code, flaws, hints, requestId } = first;
  throw new Failure(exit, code, `${failures.length} of ${rows.length} could not be applied: ${first.message}`, { flaws, hints, requestId });
}

function summaryText(summary: Readonly<Record<string, number>>, count: number, dryRun: boolean): string {
  const parts = Object.entries(summary).filter(([, n]) => n > 0).map(([result, n]) => `${n} ${result}`);
  return `${count === 1 ? '1 object' : `${count} objects`}${dryRun ? ', dry run' : ''}: ${parts.join(', ')}`;
}

const styles = { created: 'green', changed: 'yellow', unchanged: 'dim', failed: 'red', 'not tried': 'magenta' } as const;

function rowText(row: AppliedRow, dryRun: boolean): string {
  const what = plain(`${row.kind} ${row.project === null ? '' : `${row.project}/`}${row.name}`);
  const reason = row.error === null ? '' : `: ${plain(row.error.detail)} (${plain(row.error.code)})`;
  const secret = row.secret === undefined ? '' : `\n    secret, shown this once: ${plain(row.secret)}`;
  const unsure = row.result === 'created' && !row.judged ? ', as far as can be told without its project' : '';
  const difference = dryRun ? differenceText(row.differences) : '';
  return `${styled(styles[row.result], row.result.padEnd(9))}  ${what}${unsure}${reason}${secret}\n${difference}`;
}
