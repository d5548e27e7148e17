import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Kind } from '@miko/model';
import type { Call } from '../../call.ts';
import { Failure, usage } from '../../failure.ts';
import { leaveInterruptToOthers } from '../../interrupt.ts';
import { plain } from '../../output.ts';
import { differences, differenceText } from '../../objects/difference.ts';
import { kindNamed } from '../../objects/kind-names.ts';
import { readManifests } from '../../objects/manifest.ts';
import { addressText, projectOf, putObject, readObject, type Standing } from '../../objects/object-calls.ts';
import { commentedManifest } from '../../objects/object-text.ts';

export interface EditFlags {
  readonly dryRun?: boolean;
}

/** Opens the object in an editor and replaces what was read; text that could not be sent is kept in its file. */
export async function editObject(call: Call, kindText: string, name: string, flags: EditFlags): Promise<void> {
  const kind = kindNamed(await call.kinds(), kindText);
  const editor = process.env['VISUAL'] || process.env['EDITOR'] || (process.stdin.isTTY ? 'vi' : '');
  if (editor === '') throw usage('There is no terminal to edit on', 'Set EDITOR, or use: miko get -o yaml, and miko apply -f.');
  const standing = await readObject(call.api(), { kind, project: projectOf(kind, () => call.settings().project), name });
  const file = writeDraft(kind, standing);
  const draft = readFileSync(file, 'utf8');
  try {
    await runEditor(editor, file);
    const text = readFileSync(file, 'utf8');
    const what = plain(addressText({ kind, project: standing.object.project, name: standing.object.name }));
    if (text === draft || text.trim() === '') call.output.note(`${what} is not changed.`);
    else await send(call, kind, standing, text, what, flags.dryRun === true);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw kept(error, file);
  }
  rmSync(dirname(file), { recursive: true, force: true });
}

async function send(call: Call, kind: Kind, { object, etag }: Standing, text: string, what: string, dryRun: boolean): Promise<void> {
  const context = { kinds: await call.kinds(), project: object.project ?? '', typedProject: object.project ?? undefined };
  const [edited, ...more] = readManifests(text, context);
  if (edited === undefined || more.length > 0) throw usage('The text holds more than one object');
  if (edited.kind !== kind || edited.name !== object.name) throw usage('The kind and the name of an object never change');
  // By id: an object of the same name made in between is another one.
  const made = await putObject(call.api(), { kind, project: object.project, name: object.id }, edited.spec, { 'if-match': etag }, { dryRun });
  const found = differences({ spec: object.spec }, { spec: made.spec });
  const head = found.length === 0 ? `${what} is not changed` : dryRun ? `would change ${what}` : `changed ${what}, revision ${made.revision}`;
  call.output.result({ text: () => `${head}\n${differenceText(found)}`, document: made, lines: [made] });
}

/** Readable by its owner alone. */
function writeDraft(kind: Kind, { object }: Standing): string {
  const file = join(mkdtempSync(join(tmpdir(), 'miko-edit-')), `${kind.name}-${object.name}.yaml`);
  const heading = [
    `${kind.name} ${object.name}, revision ${object.revision}: ${kind.summary}.`,
    'Save and close, and the spec is replaced, unless somebody else has changed it meanwhile. Unchanged or empty: nothing happens.',
    '',
  ];
  writeFileSync(file, commentedManifest(kind, object, heading), { mode: 0o600 });
  return file;
}

/** The editor may have arguments of its own (`code --wait`), as in git: a shell reads it. */
async function runEditor(editor: string, file: string): Promise<void> {
  const takeBack = leaveInterruptToOthers();
  try {
    const { promise, resolve, reject } = Promise.withResolvers<string | null>();
    const child = spawn('sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code === 0 ? null : (signal ?? `code ${code}`)));
    const ending = await promise;
    if (ending !== null) throw new Failure('error', 'editor_failed', `The editor ended with ${ending}`, { hints: ['It is the one that VISUAL or EDITOR names.'] });
  } finally {
    takeBack();
  }
}

function kept(failure: Failure, file: string): Failure {
  const hints = failure.status === 412 ? ['Somebody else changed it while it was edited.'] : [];
  return failure.withHints(...hints, `What you wrote is kept in ${file}`, `Compare it with what stands: miko apply -f ${file} --dry-run`);
}
