import type { Call } from '../../call.ts';
import { kindNamed } from '../../objects/kind-names.ts';
import { projectOf, readObject } from '../../objects/object-calls.ts';
import { yamlForPeople } from '../../objects/object-text.ts';
import { listKind } from './list.ts';

/** One object whole, or, without a name, all of the kind. */
export async function getObject(call: Call, kindText: string, name: string | undefined): Promise<void> {
  if (name === undefined) return listKind(call, kindText, {});
  const kind = kindNamed(await call.kinds(), kindText);
  const { object } = await readObject(call.api(), { kind, project: projectOf(kind, () => call.settings().project), name });
  call.output.result({ text: () => yamlForPeople(object), document: object, lines: [object] });
}
