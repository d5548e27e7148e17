import type { JsonObject, Kind, ObjectSchema, Schema } from '@miko/model';
import { usage } from '../failure.ts';
import { didYouMean } from '../nearest-name.ts';
import { fieldsOf, innerOf, schemaWords, typesOf } from './schema-words.ts';

/**
 * `--set description=Shop --set labels.team=shop --set weight=null`: the schema says where a path leads and what its text
 * stands for. Below a map the whole rest of the path is the key, dots included.
 */
export function withSets(kind: Kind, spec: JsonObject, sets: readonly string[]): JsonObject {
  return sets.reduce((result, set) => {
    const at = set.indexOf('=');
    if (at <= 0) throw usage(`--set ${set} has no value`, 'It is written PATH=VALUE, such as description=Shop.');
    const path = set.slice(0, at).replace(/^spec\./, '');
    return setAt(kind.spec, result, path, set.slice(at + 1), `--set ${set.slice(0, at)}`);
  }, spec);
}

/**
 * Fills in what may be empty: null, an empty text, list or map. What needs a decision (a number, a switch, one of
 * several words) is asked for.
 */
export function completed(kind: Kind, spec: JsonObject): JsonObject {
  const missing = kind.spec.required.filter(name => !Object.hasOwn(spec, name));
  const empties = missing.map(name => [name, emptyOf(kind.spec.properties[name] ?? {})] as const);
  const undecided = empties.filter(([, value]) => value === undefined).map(([name]) => name);
  if (undecided.length > 0) {
    throw usage(
      `A ${kind.name} needs ${undecided.join(', ')}`,
      ...undecided.map(name => `--set ${name}=... (${schemaWords(kind.spec.properties[name] ?? {})})`),
      `See: miko explain ${kind.name}`,
    );
  }
  return inSchemaOrder(kind.spec, { ...spec, ...Object.fromEntries(empties) });
}

function setAt(schema: Schema, before: unknown, path: string, text: string, flag: string): JsonObject {
  const map = typeof before === 'object' && before !== null && !Array.isArray(before) ? (before as JsonObject) : {};
  const put = (name: string, value: unknown): JsonObject => Object.fromEntries([...Object.entries(map).filter(([known]) => known !== name), [name, value]]);
  const values = innerOf(schema);
  if (values !== null) return put(path, valueOf(values, text, flag));
  const [name = '', ...below] = path.split('.');
  const fields = fieldsOf(schema);
  const field = fields.find(one => one.name === name);
  if (field === undefined) {
    const names = fields.map(one => one.name);
    throw usage(`${flag}: there is no field ${JSON.stringify(name)}`, ...didYouMean(name, names), `Fields: ${names.join(', ')}.`);
  }
  if (below.length === 0) return put(name, valueOf(field.schema, text, flag));
  if (!typesOf(field.schema).includes('object')) throw usage(`${flag}: nothing lies below ${name}`);
  return put(name, setAt(field.schema, map[name], below.join('.'), text, flag));
}

function valueOf(schema: Schema, text: string, flag: string): unknown {
  const types = typesOf(schema);
  if (text === 'null' && types.includes('null')) return null;
  if (types.includes('string')) return text;
  if (types.includes('integer') && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  const items = innerOf(schema);
  if (types.includes('array') && items !== null && typesOf(items).includes('string') && !text.startsWith('[')) return text === '' ? [] : text.split(',');
  if (types.includes('array') || types.includes('object')) return jsonValue(text, flag);
  throw usage(`${flag}: ${JSON.stringify(text)} is not ${schemaWords(schema)}`);
}

function jsonValue(text: string, flag: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usage(`${flag}: the value is written as JSON`, `Such as: --set 'labels={"team":"shop"}'`);
  }
}

function emptyOf(schema: Schema): unknown {
  const types = typesOf(schema);
  if (types.includes('null')) return null;
  if ('enum' in schema || 'const' in schema) return undefined;
  if (types.includes('string')) return schema['minLength'] === 0 && schema['pattern'] === undefined ? '' : undefined;
  if (types.includes('array')) return (schema['minItems'] ?? 0) === 0 ? [] : undefined;
  return types.includes('object') && innerOf(schema) !== null ? {} : undefined;
}

function inSchemaOrder(schema: ObjectSchema, spec: JsonObject): JsonObject {
  const known = Object.keys(schema.properties).filter(name => Object.hasOwn(spec, name));
  // What the schema does not know is Miko's to refuse.
  const others = Object.keys(spec).filter(name => !Object.hasOwn(schema.properties, name));
  return Object.fromEntries([...known, ...others].map(name => [name, spec[name]]));
}
