import { isObjectName, OBJECT_NAME, type JsonObject, type Kind } from '@miko/model';
import type { Call } from '../../call.ts';
import { usage } from '../../failure.ts';
import { plain } from '../../output.ts';
import { readBounded } from '../../read-file.ts';
import { created, differenceText } from '../../objects/difference.ts';
import { exampleName, kindNamed } from '../../objects/kind-names.ts';
import { manifestLimits, readManifests } from '../../objects/manifest.ts';
import { addressText, createObject, projectOf, type Address, type ShownObject } from '../../objects/object-calls.ts';
import { manifestOf, yamlForPeople } from '../../objects/object-text.ts';
import { completed, withSets } from '../../objects/set-path.ts';

export interface CreateFlags {
  readonly set?: readonly string[];
  readonly file?: string;
  readonly example?: boolean;
  readonly dryRun?: boolean;
}

/** A new object; an error where one of that name exists. */
export async function createOne(call: Call, kindText: string, name: string | undefined, flags: CreateFlags): Promise<void> {
  const kinds = await call.kinds();
  const kind = kindNamed(kinds, kindText);
  if (flags.example === true) return printExample(call, kind, name ?? exampleName(kind, kinds));
  const address = await addressOf(call, kind, name, flags);
  const spec = completed(kind, withSets(kind, address.spec, flags.set ?? []));
  const dryRun = flags.dryRun === true;
  const made = await createObject(call.api(), address, spec, { dryRun });
  const what = plain(addressText(address));
  const text = dryRun ? `would create ${what}\n${differenceText(created(made.spec))}` : secretOr(made, `created ${what}, revision ${made.revision}`);
  call.output.result({ text: () => text, document: made, lines: [made] });
  if (made.secret !== undefined && !dryRun) call.output.note(`created ${what}. Its secret is not shown again.`);
}

/** For people the secret alone goes to stdout, so that it can be taken into a variable. */
const secretOr = (made: ShownObject, text: string): string => (made.secret === undefined ? text : plain(made.secret));

/** A manifest to start from; needs no Miko. */
function printExample(call: Call, kind: Kind, name: string): void {
  const example = manifestOf({ kind: kind.name, name, project: kind.parent === null ? null : call.settings().project, spec: kind.example(1) });
  call.output.result({ text: () => yamlForPeople(example), document: example, lines: [example] });
}

async function addressOf(call: Call, kind: Kind, name: string | undefined, { file }: CreateFlags): Promise<Address & { readonly spec: JsonObject }> {
  if (name !== undefined && !isObjectName(name)) throw usage(`${JSON.stringify(name)} is no name of a ${kind.name}`, `It matches ${OBJECT_NAME}`);
  if (file === undefined) {
    if (name === undefined) throw usage(`A ${kind.name} needs a name`, `Such as: miko create ${kind.name} NAME`);
    return { kind, name, project: projectOf(kind, () => call.settings().project), spec: {} };
  }
  const context = { kinds: await call.kinds(), project: call.settings().project, typedProject: call.typedProject };
  const [manifest, ...more] = readManifests(await readBounded(file, manifestLimits.bytes), context);
  if (manifest === undefined || more.length > 0) throw usage(`${file} holds ${more.length + 1} objects, and create makes one`, `Use: miko apply -f ${file}`);
  if (manifest.kind !== kind) throw usage(`${file} holds a ${manifest.kind.name}, not a ${kind.name}`);
  return { ...manifest, name: name ?? manifest.name };
}
