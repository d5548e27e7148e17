import type { JsonObject, Kind, Schema } from '@miko/model';
import { Document, isMap, isScalar } from 'yaml';
import { plain } from '../output.ts';
import { renderTable, type Row } from '../table.ts';
import { wordCell } from '../state-words.ts';
import { yamlText } from '../yaml-text.ts';
import type { ShownObject } from './object-calls.ts';
import { schemaWords, typesOf } from './schema-words.ts';

/** YAML fit for a terminal: no text of others moves the cursor. */
export const yamlForPeople = (value: unknown): string =>
  yamlText(value)
    .split('\n')
    .map(line => plain(line))
    .join('\n');

/** What `apply` takes: nothing that Miko writes itself. */
export const manifestOf = ({ kind, name, project, spec }: Pick<ShownObject, 'kind' | 'name' | 'project' | 'spec'>): JsonObject => ({
  kind,
  name,
  ...(project === null ? {} : { project }),
  spec,
});

/** A manifest for an editor: what a field may be stands above it. */
export function commentedManifest(kind: Kind, object: ShownObject, heading: readonly string[]): string {
  const document = new Document(JSON.parse(JSON.stringify(manifestOf(object))));
  document.commentBefore = heading.map(line => ` ${plain(line)}`).join('\n');
  const spec = document.get('spec', true);
  for (const { key } of isMap(spec) ? spec.items : []) {
    if (!isScalar(key)) continue;
    const name = String(key.value);
    const frozen = kind.frozen.includes(name) ? '; set when it is created, never changes' : '';
    key.commentBefore = ` ${schemaWords(kind.spec.properties[name] ?? {})}${frozen}`;
  }
  return document.toString({ lineWidth: 0 });
}

/** A table whose columns follow from the kind: long texts come last, since nothing is cut off. */
export function objectTable(kind: Kind, objects: readonly ShownObject[]): string {
  const spec = columns(kind.spec.properties, 'spec');
  const status = columns(kind.status.schema.properties, 'status').filter(column => !spec.some(({ name }) => name === column.name));
  const revision: Column = { name: 'revision', long: false, of: object => object.revision };
  const all = [...spec.filter(column => !column.long), ...status, revision, ...spec.filter(column => column.long)];
  const head = ['NAME', ...all.map(({ name }) => name.toUpperCase().replaceAll('_', ' '))];
  return renderTable(head, objects.map(object => [object.name, ...all.map(({ of }) => cellOf(of(object)))]));
}

interface Column {
  readonly name: string;
  readonly long: boolean;
  readonly of: (object: ShownObject) => unknown;
}

const LONG_CHARACTERS = 200;

const columns = (properties: Readonly<Record<string, Schema>>, part: 'spec' | 'status'): readonly Column[] =>
  Object.entries(properties).map(([name, schema]) => ({
    name,
    long: typesOf(schema).includes('string') && Number(schema['maxLength'] ?? 0) >= LONG_CHARACTERS,
    of: object => object[part][name],
  }));

function cellOf(value: unknown): Row[number] {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return wordCell(value);
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map(shortText).join(',');
  if (typeof value === 'object') return Object.entries(value).map(([name, inner]) => `${name}=${shortText(inner)}`).join(',');
  return value === true ? 'yes' : 'no';
}

const shortText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
