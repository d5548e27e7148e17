import { isSchema, propertiesOf, textOf } from './document-parts.ts';
import { escaped, inline } from './html.ts';
import type { Json } from './plain-schema.ts';

/** A schema as a table of its fields, one row each, however deep; a named one is a link to its own table. */
export function schemaTable(schema: Json): string {
  const rows = rowsOf(schema, '');
  if (rows.length === 0) return `<p class="type">${typeOf(schema)}${wordsOf(schema)}</p>`;
  return `<div class="wide"><table><thead><tr><th>Field</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

const MOST_DEPTH = 8;

function rowsOf(schema: Json, at: string, depth = 0): string[] {
  if (depth > MOST_DEPTH || schema['$ref'] !== undefined) return [];
  const parts = (schema['allOf'] ?? schema['oneOf']) as readonly Json[] | undefined;
  if (parts !== undefined) {
    return parts.filter(part => part['type'] !== 'null').flatMap(part => {
      const tag = Object.values(propertiesOf(part)).find(field => field['const'] !== undefined);
      const rows = rowsOf(part, at, depth + 1);
      return tag === undefined ? rows : [`<tr class="case"><td colspan="3">${escaped(at)} ${escaped(textOf(tag['const']))}</td></tr>`, ...rows];
    });
  }
  const required = (schema['required'] ?? []) as readonly string[];
  return [
    ...Object.entries(propertiesOf(schema)).flatMap(([name, field]) => {
      const path = at === '' ? name : `${at}.${name}`;
      return [row(path, field, required.includes(name)), ...rowsOf(field, path, depth + 1)];
    }),
    ...(isSchema(schema['items']) ? rowsOf(schema['items'], `${at}[]`, depth + 1) : []),
    ...(isSchema(schema['additionalProperties']) ? rowsOf(schema['additionalProperties'], `${at}.*`, depth + 1) : []),
    ...(isSchema(schema['contentSchema']) ? rowsOf(schema['contentSchema'], at, depth + 1) : []),
  ];
}

const row = (path: string, field: Json, isRequired: boolean): string =>
  `<tr><td><code>${escaped(path)}</code>${isRequired ? '' : ' <small>optional</small>'}</td><td>${typeOf(field)}</td><td>${inline(textOf(field['description']))}</td></tr>`;

/** `text, 1 to 63`, `whole number`, `list of Endpoint`, or the values it may have. */
export function typeOf(schema: Json): string {
  const { $ref, type, const: constant, enum: values, oneOf, allOf, items, additionalProperties, contentSchema } = schema;
  if (typeof $ref === 'string') return linkTo($ref);
  if (constant !== undefined) return `<code>${escaped(JSON.stringify(constant))}</code>`;
  if (Array.isArray(values)) return values.map(value => `<code>${escaped(textOf(value))}</code>`).join(' ');
  if (Array.isArray(oneOf)) return unionOf(oneOf as readonly Json[]);
  if (Array.isArray(allOf)) return typeOf((allOf as readonly Json[])[0]!);
  const types = (Array.isArray(type) ? type : [type]) as readonly (string | undefined)[];
  const names = types.map(one => {
    if (one === 'array') return `list of ${isSchema(items) ? typeOf(items) : 'anything'}${upTo(schema, 'maxItems')}`;
    if (one === 'object' && isSchema(additionalProperties)) return `map to ${typeOf(additionalProperties)}${upTo(schema, 'maxProperties')}`;
    if (one === 'string' && isSchema(contentSchema)) return 'text of many values';
    return one === undefined ? 'anything' : `${plain[one] ?? one}${rangeOf(schema, one)}`;
  });
  return names.join(' or ');
}

const plain: Readonly<Record<string, string>> = { string: 'text', integer: 'whole number', boolean: 'true or false', object: 'object', null: 'null' };

function unionOf(branches: readonly Json[]): string {
  const isNullable = branches.some(branch => branch['type'] === 'null');
  const named = branches.filter(branch => branch['$ref'] !== undefined).map(typeOf);
  return `${named.length > 0 ? named.join(' or ') : 'one of several forms'}${isNullable ? ' or null' : ''}`;
}

function rangeOf({ minLength, maxLength, minimum, maximum, pattern, default: usual }: Json, type: string): string {
  const bounds = type === 'string' ? between(minLength, maxLength, ' characters') : type === 'integer' ? between(minimum, maximum, '') : '';
  const form = type === 'string' && typeof pattern === 'string' ? `<br><code class="pattern">${escaped(pattern)}</code>` : '';
  return `${bounds}${usual === undefined ? '' : `, else ${escaped(textOf(usual))}`}${form}`;
}

function between(least: unknown, most: unknown, unit: string): string {
  if (most === undefined || most === Number.MAX_SAFE_INTEGER) return '';
  const from = least === undefined ? 'up to ' : least === most ? '' : `${textOf(least)} to `;
  return `, ${from}${textOf(most)}${unit}`;
}

const upTo = (schema: Json, bound: string): string => (typeof schema[bound] === 'number' ? `, at most ${schema[bound]} of them` : '');
const linkTo = (reference: string): string => `<a href="#schema-${escaped(nameOf(reference))}">${escaped(nameOf(reference))}</a>`;
const nameOf = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);
const wordsOf = ({ description }: Json): string => (description === undefined ? '' : `: ${inline(textOf(description))}`);
