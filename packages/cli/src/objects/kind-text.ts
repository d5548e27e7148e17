import { pluralOf, type JsonObject, type Kind, type ObjectSchema, type Schema } from '@miko/model';
import { styled } from '../output.ts';
import { yamlText } from '../yaml-text.ts';
import { exampleName } from './kind-names.ts';
import { manifestOf } from './object-text.ts';
import { fieldsOf, innerOf, schemaWords, typesOf } from './schema-words.ts';

/** A field as `explain` shows it. */
export interface ExplainedField {
  /** `spec.labels`, `spec.labels.*` for the values of a map. */
  readonly path: string;
  readonly type: string;
  readonly description: string | null;
  /** Only creation sets it. */
  readonly frozen: boolean;
  /** The case of a choice it belongs to; null: it is always there. */
  readonly only: string | null;
}

export interface ExplainedKind {
  readonly kind: string;
  readonly plural: string;
  readonly summary: string;
  readonly since: string;
  readonly api_date: string;
  readonly parent: string | null;
  readonly collection: string;
  readonly access: Kind['access'];
  readonly issues_secret: boolean;
  readonly limits: { readonly most: number; readonly body_bytes: number; readonly page: number };
  /** The only names there are; null: any that is a valid name. */
  readonly names: readonly string[] | null;
  readonly fields: readonly ExplainedField[];
  readonly example: unknown;
}

/** A kind as it is at an API date. */
export interface KindForm {
  readonly apiDate: string;
  readonly schema: ObjectSchema;
  /** A spec that fits the schema. */
  readonly example: JsonObject;
}

export function explainedKind(kind: Kind, kinds: readonly Kind[], { apiDate, schema, example }: KindForm): ExplainedKind {
  const names = kind.names?.(kinds) ?? null;
  return {
    kind: kind.name,
    plural: pluralOf(kind),
    summary: kind.summary,
    since: kind.since,
    api_date: apiDate,
    parent: kind.parent?.name ?? null,
    collection: `/v1${kind.parent === null ? '' : `/${pluralOf(kind.parent)}/{${kind.parent.name}}`}/${pluralOf(kind)}`,
    access: kind.access,
    issues_secret: kind.issuesSecret,
    limits: { most: kind.limits.perParent, body_bytes: kind.limits.bodyBytes, page: kind.limits.page },
    names,
    fields: [...explainedFields(schema, 'spec', kind.frozen), ...explainedFields(kind.status.schema, 'status', [])],
    example: manifestOf({ kind: kind.name, name: exampleName(kind, kinds), project: kind.parent === null ? null : 'default', spec: example }),
  };
}

/** Every field below a schema, each before what lies in it. */
export function explainedFields(schema: Schema, at: string, frozen: readonly string[]): readonly ExplainedField[] {
  const own = fieldsOf(schema).flatMap(({ name, schema: field, only }) => {
    const path = `${at}.${name}`;
    const description = typeof field['description'] === 'string' ? field['description'] : null;
    return [{ path, type: schemaWords(field), description, frozen: frozen.includes(name), only }, ...explainedFields(field, path, [])];
  });
  const inner = innerOf(schema);
  // Plain values of a map or list are told by its own words.
  return inner === null || !typesOf(inner).includes('object') ? own : [...own, ...explainedFields(inner, `${at}.*`, [])];
}

export function kindText(explained: ExplainedKind): string {
  const { kind, parent, access, limits, names, fields } = explained;
  const facts: readonly (readonly [string, string])[] = [
    ['path', explained.collection],
    ['lies in', parent ?? 'the fleet'],
    ['read by', atLeast(access.read)],
    ['written by', `${atLeast(access.write)}${access.fleetWrites === true ? ', bound to no project' : ''}`],
    ['limits', `${limits.most} in one ${parent ?? 'fleet'}, ${limits.body_bytes} bytes a body, ${limits.page} a page`],
    ...(names === null ? [] : [['names', names.join(', ')] as const]),
    ...(explained.issues_secret ? [['secret', 'answered once, when it is created'] as const] : []),
    ['since', `API date ${explained.since}; shown as of ${explained.api_date}`],
  ];
  const parts = ['spec', 'status'].map(part => {
    const own = fields.filter(({ path }) => path.startsWith(`${part}.`));
    return own.length === 0 ? '' : `\n${styled('bold', part === 'spec' ? 'spec: written by you, every field required' : 'status: written by Miko')}\n${fieldsText(own)}`;
  });
  const head = `${styled('bold', kind)}: ${explained.summary}\n\n${facts.map(([name, value]) => `${name.padEnd(12)}${value}\n`).join('')}`;
  return `${head}${parts.join('')}\n${styled('bold', 'example')}\n${indented(yamlText(explained.example))}`;
}

const atLeast = (role: Kind['access']['read']): string => (role === 'admin' ? 'admin' : `${role} or higher`);

export const fieldsText = (fields: readonly ExplainedField[]): string =>
  fields
    .map(({ path, type, description, frozen, only }) => {
      const more = [...(frozen ? ['set when it is created, never changes'] : []), ...(only === null ? [] : [`only with ${only}`])];
      return `  ${styled('cyan', path)}\n      ${type}${more.map(text => `; ${text}`).join('')}\n${description === null ? '' : `      ${description}\n`}`;
    })
    .join('');

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');
