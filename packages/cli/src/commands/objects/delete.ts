import type { Call } from '../../call.ts';
import { confirm } from '../../confirm.ts';
import { Failure } from '../../failure.ts';
import { plain } from '../../output.ts';
import { kindNamed } from '../../objects/kind-names.ts';
import { addressText, deleteObject, projectOf, readObject } from '../../objects/object-calls.ts';
import { yamlForPeople } from '../../objects/object-text.ts';

export interface DeleteFlags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** Shows it, asks, and deletes exactly what was shown: one that was changed or made anew meanwhile stays. */
export async function deleteOne(call: Call, kindText: string, name: string, flags: DeleteFlags): Promise<void> {
  const kind = kindNamed(await call.kinds(), kindText);
  const api = call.api();
  const project = projectOf(kind, () => call.settings().project);
  const { object, etag } = await readObject(api, { kind, project, name });
  const what = plain(addressText({ kind, project: object.project, name: object.name }));
  const dryRun = flags.dryRun === true;
  if (flags.yes !== true && !dryRun) {
    call.output.note(yamlForPeople(object));
    await confirm(`Delete ${what}?`, call.output.format);
  }
  try {
    const revision = await deleteObject(api, { kind, project, name: object.id }, etag, { dryRun });
    const document = { kind: object.kind, name: object.name, project: object.project, id: object.id, deleted: !dryRun, dry_run: dryRun, revision };
    call.output.result({ text: () => (dryRun ? `would delete ${what}` : `deleted ${what}`), document, lines: [document] });
  } catch (error) {
    if (!(error instanceof Failure) || error.status !== 412) throw error;
    throw error.withHints(`It was changed after it was read, and was not deleted. Look again: miko get ${kind.name} ${plain(object.name)}`);
  }
}
