import type { Field, NamedType, Type } from './api.ts';
import { pascal, singular } from './names.ts';
import type { Schema } from './newest-document.ts';

/** Words that bound values: Miko checks them, and the SDKs leave it to it. */
const BOUNDS = ['description', 'example', 'examples', 'default', 'format', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'uniqueItems', 'maxProperties', 'propertyNames'];
const SHAPES = ['$ref', 'type', 'const', 'enum', 'items', 'properties', 'required', 'additionalProperties', 'oneOf'];
const READ: ReadonlySet<string> = new Set([...BOUNDS, ...SHAPES]);

const WIDE_FROM = 2 ** 31;

/**
 * Schemas as types. An object or a choice that stands inside another gets a name of its own, made of where it stands:
 * `holding` of `Drain` holds `DrainHolding`. What it cannot say it refuses, by name.
 */
export class TypeReader {
  readonly #types = new Map<string, NamedType>();

  /** In the order in which they were finished: what is used stands before what uses it. */
  get types(): readonly NamedType[] {
    return [...this.#types.values()];
  }

  /** A schema of `components`, under its own name. */
  component(name: string, schema: Schema): void {
    const type = this.read(schema, name);
    if (type.is !== 'named') this.#add({ name, description: schema.description ?? null, shape: { is: 'alias', of: type } });
  }

  /** The type of a schema; `name` is what it is called if it needs a name. */
  read(schema: Schema, name: string): Type {
    const odd = Object.keys(schema).find(word => !READ.has(word));
    if (odd !== undefined) throw new Error(`${name}: the word ${odd} is not read`);
    if (schema.$ref !== undefined) return { is: 'named', name: schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1) };
    if (schema.oneOf !== undefined) return this.#choice(schema.oneOf, schema, name);
    const types = [schema.type ?? []].flat();
    const [type] = types.filter(one => one !== 'null');
    if (types.length > 2 || (types.length === 2 && !types.includes('null'))) throw new Error(`${name}: is of several types`);
    if (type === undefined) return { is: types.length === 0 ? 'any' : 'null' };
    const read = this.#plain(type, schema, name);
    return types.length === 2 ? { is: 'nullable', of: read } : read;
  }

  #plain(type: string, schema: Schema, name: string): Type {
    switch (type) {
      case 'string':
        if (schema.const !== undefined) return { is: 'enum', values: [schema.const] };
        return schema.enum === undefined ? { is: 'string' } : { is: 'enum', values: schema.enum };
      case 'integer':
        return { is: 'integer', wide: schema.maximum === undefined || schema.maximum >= WIDE_FROM };
      case 'number':
      case 'boolean':
        return { is: type };
      case 'array':
        return { is: 'list', of: this.read(schema.items ?? {}, singular(name) === name ? `${name}Item` : singular(name)) };
      case 'object':
        return this.#object(schema, name);
      default:
        throw new Error(`${name}: the type ${type} is not read`);
    }
  }

  #object(schema: Schema, name: string): Type {
    const properties = Object.entries(schema.properties ?? {});
    if (properties.length === 0) {
      const values = schema.additionalProperties;
      return { is: 'map', of: typeof values === 'object' ? this.read(values, singular(name)) : { is: 'any' } };
    }
    const required = new Set(schema.required);
    const fields = properties.map(([field, value]): Field => ({
      name: field,
      description: value.description ?? null,
      required: required.has(field),
      type: this.read(value, name + pascal(field)),
    }));
    return this.#add({ name, description: schema.description ?? null, shape: { is: 'fields', fields } });
  }

  #choice(oneOf: readonly Schema[], schema: Schema, name: string): Type {
    const choices = oneOf.filter(({ type }) => type !== 'null');
    const tag = tagOf(choices, name);
    const variants = choices.map(choice => {
      const variant = name + pascal(choice.properties?.[tag]?.const ?? '');
      this.read(choice, variant);
      return variant;
    });
    const type = this.#add({ name, description: schema.description ?? null, shape: { is: 'union', tag, variants } });
    return choices.length === oneOf.length ? type : { is: 'nullable', of: type };
  }

  #add(type: NamedType): Type {
    if (this.#types.has(type.name)) throw new Error(`${type.name}: two types would have this name`);
    this.#types.set(type.name, type);
    return { is: 'named', name: type.name };
  }
}

/** The field that is a constant in each of them. */
function tagOf(choices: readonly Schema[], name: string): string {
  const tag = Object.keys(choices[0]?.properties ?? {}).find(field => choices.every(choice => choice.properties?.[field]?.const !== undefined));
  if (tag === undefined) throw new Error(`${name}: nothing tells its choices apart`);
  return tag;
}
