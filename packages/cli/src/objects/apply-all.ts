import type { Api } from '../api.ts';
import { Failure } from '../failure.ts';
import { applyObject } from './apply-object.ts';
import { created, type Difference } from './difference.ts';
import type { Manifest } from './manifest.ts';
import type { WriteOptions } from './object-calls.ts';

/** What became of one object of a file. */
export interface AppliedRow {
  readonly kind: string;
  readonly name: string;
  readonly project: string | null;
  readonly result: ApplyResult;
  readonly revision: number | null;
  readonly differences: readonly Difference[];
  /** Whether Miko was asked: a dry run makes no project, and cannot ask about what would lie in it. */
  readonly judged: boolean;
  readonly error: { readonly code: string; readonly detail: string } | null;
  /** Only of an object that was made now and issues one. */
  readonly secret?: string;
}

export const applyResults = ['created', 'changed', 'unchanged', 'failed', 'not tried'] as const;
export type ApplyResult = (typeof applyResults)[number];

export interface AppliedStep {
  readonly row: AppliedRow;
  readonly failure: Failure | null;
}

/**
 * One after the other, parents before what lies in them. What fails keeps nothing else from being done, but for what lies
 * in it; where the next one would meet the same (no Miko, no valid token), none is tried any more.
 */
export async function* applyAll(api: Api, manifests: readonly Manifest[], options: WriteOptions): AsyncGenerator<AppliedStep> {
  const projects = new Map<string, AppliedRow>();
  let isOver = false;
  for (const manifest of manifests) {
    const parent = manifest.project === null ? null : (projects.get(manifest.project) ?? null);
    const step = isOver ? notTried(manifest) : (unasked(manifest, parent, options) ?? (await applied(api, manifest, options)));
    if (step.failure !== null && wouldMeetAll(step.failure)) isOver = true;
    if (manifest.kind.name === 'project') projects.set(manifest.name, step.row);
    yield step;
  }
}

const blank = ({ kind, name, project }: Manifest): AppliedRow =>
  ({ kind: kind.name, name, project, result: 'not tried', revision: null, differences: [], judged: false, error: null });

const notTried = (manifest: Manifest): AppliedStep => ({ row: blank(manifest), failure: null });

/** What is known of an object without asking, from its project; null: Miko is to be asked. */
function unasked(manifest: Manifest, parent: AppliedRow | null, { dryRun }: WriteOptions): AppliedStep | null {
  if (parent === null) return null;
  if (parent.error !== null) {
    const error = { code: 'parent_failed', detail: `its ${parent.kind} ${parent.name} failed` };
    return { row: { ...blank(manifest), error }, failure: null };
  }
  if (!dryRun || parent.result !== 'created') return null;
  return { row: { ...blank(manifest), result: 'created', differences: created(manifest.spec) }, failure: null };
}

async function applied(api: Api, manifest: Manifest, options: WriteOptions): Promise<AppliedStep> {
  try {
    const { result, object, differences } = await applyObject(api, manifest, options);
    const secret = object.secret === undefined ? {} : { secret: object.secret };
    return { row: { ...blank(manifest), result, revision: object.revision, differences, judged: true, ...secret }, failure: null };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return { row: { ...blank(manifest), result: 'failed', judged: true, error: { code: failure.code, detail: detailOf(failure) } }, failure };
  }
}

const wouldMeetAll = ({ exit }: Failure): boolean => exit === 'unreachable' || exit === 'timed_out' || exit === 'login_needed';

function detailOf({ message, flaws }: Failure): string {
  const unsaid = flaws.filter(({ detail }) => !message.includes(detail)).map(({ pointer, detail }) => `${pointer} ${detail}`);
  return [message, ...unsaid].join('; ');
}
