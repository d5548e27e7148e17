import type { Kind } from '@miko/model';
import type { Call } from '../../call.ts';
import { usage } from '../../failure.ts';
import { didYouMean } from '../../nearest-name.ts';
import { plain } from '../../output.ts';
import { kindNamed, kindWord } from '../../objects/kind-names.ts';
import { listObjects, projectOf, type ShownObject } from '../../objects/object-calls.ts';
import { objectTable } from '../../objects/object-text.ts';
import { typesOf } from '../../objects/schema-words.ts';
import { watchKind } from './watch.ts';

export interface ListFlags {
  readonly label?: Readonly<Record<string, string>>;
  readonly where?: Readonly<Record<string, string>>;
  readonly sort?: string;
  readonly limit?: number;
  readonly watch?: boolean;
}

/** All objects of a kind that the flags let through, in pages. */
export async function listKind(call: Call, kindText: string, flags: ListFlags): Promise<void> {
  const kind = kindNamed(await call.kinds(), kindText);
  const project = projectOf(kind, () => call.settings().project);
  if (flags.watch === true) return watchKind(call, kind, project);
  const objects: ShownObject[] = [];
  for await (const object of listObjects(call.api(), kind, project, queryOf(kind, flags), flags.limit ?? Infinity)) objects.push(object);
  call.output.result({ text: () => (objects.length === 0 ? '' : objectTable(kind, objects)), document: { items: objects }, lines: objects });
  if (objects.length === 0) call.output.note(`No ${kindWord(kind)}${project === null ? '' : ` in project ${plain(project)}`}${filtered(flags) ? ' that matches' : ''}.`);
}

const filtered = (flags: ListFlags): boolean => flags.label !== undefined || flags.where !== undefined;

function queryOf(kind: Kind, { label, where, sort }: ListFlags): { readonly [name: string]: string | readonly string[] | undefined } {
  if (label !== undefined && kind.spec.properties['labels'] === undefined) throw usage(`A ${kind.name} has no labels`, `See: miko explain ${kindWord(kind)}`);
  const fields = Object.entries(kind.spec.properties).filter(([, schema]) => typesOf(schema).some(type => PLAIN.has(type)));
  const names = fields.map(([name]) => name);
  for (const field of Object.keys(where ?? {}).filter(name => !names.includes(name))) {
    throw usage(`A list of ${kind.name} is not filtered by ${JSON.stringify(field)}`, ...didYouMean(field, names), `Fields: ${names.join(', ')}.`);
  }
  return {
    label: label === undefined ? undefined : Object.entries(label).map(([name, value]) => `${name}:${value}`),
    sort,
    ...where,
  };
}

const PLAIN: ReadonlySet<string> = new Set(['string', 'integer', 'boolean']);
