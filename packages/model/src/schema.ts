/**
 * Schemas: plain frozen JSON Schema 2020-12 values whose TypeScript type rides along as a phantom.
 * Every bound is a required argument, so no string, list or map without one can be declared.
 */
declare const typed: unique symbol;

export interface Schema<out T = unknown> {
  readonly [typed]?: T;
  readonly type?: string | readonly string[];
  readonly [keyword: string]: unknown;
}
export interface ObjectSchema<out T = unknown> extends Schema<T> {
  readonly properties: { readonly [name: string]: Schema };
  readonly required: readonly string[];
}
export type Infer<S> = S extends Schema<infer T> ? T : never;

interface Optional<T> {
  readonly optional: Schema<T>;
}
type Field = Schema | Optional<unknown>;
interface Fields {
  readonly [name: string]: Field;
}
type Flat<T> = { [K in keyof T]: T[K] } & {};
type OptionalKeys<F extends Fields> = { [K in keyof F]: F[K] extends Optional<unknown> ? K : never }[keyof F];
type FieldType<F> = F extends Optional<infer T> ? T : Infer<F>;
type Shape<F extends Fields> = Flat<
  { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: FieldType<F[K]> } & {
    readonly [K in OptionalKeys<F>]?: FieldType<F[K]>;
  }
>;

/** What every builder takes beside its bounds: one line that says what the value means, shown in documents and by `explain`. */
interface Words {
  readonly description?: string;
}

export const text = (bounds: Words & { min?: number; max: number; pattern?: string }): Schema<string> => ({
  type: 'string',
  minLength: bounds.min ?? 0,
  maxLength: bounds.max,
  ...(bounds.pattern === undefined ? {} : { pattern: bounds.pattern }),
  ...wordsOf(bounds),
});

export const int = (bounds: Words & { min: number; max: number }): Schema<number> => ({
  type: 'integer', minimum: bounds.min, maximum: bounds.max, ...wordsOf(bounds),
});

export const bool = (words: Words = {}): Schema<boolean> => ({ type: 'boolean', ...wordsOf(words) });

export const oneOf = <const V extends string>(...values: readonly V[]): Schema<V> => ({ type: 'string', enum: values });

export const list = <T>(items: Schema<T>, bounds: Words & { max: number; unique?: boolean }): Schema<readonly T[]> => ({
  type: 'array',
  items,
  maxItems: bounds.max,
  uniqueItems: bounds.unique ?? false,
  ...wordsOf(bounds),
});

export const map = <T>(
  values: Schema<T>,
  bounds: Words & { keys: string; max: number },
): Schema<{ readonly [key: string]: T }> => ({
  type: 'object',
  propertyNames: { type: 'string', pattern: bounds.keys, maxLength: 256 },
  additionalProperties: values,
  maxProperties: bounds.max,
  ...wordsOf(bounds),
});

/** The same schema with what it means here: for builders that take values or cases, and for schemas used in several places. */
export const described = <T>(description: string, schema: Schema<T>): Schema<T> => ({ ...schema, description });

/** `null` is a value of its own: the field stays required, its description with it. An enum needs null among its values too. */
export const nullable = <T>(inner: Schema<T>): Schema<T | null> => ({
  ...inner,
  type: inner.type === undefined ? ['object', 'null'] : [inner.type as string, 'null'],
  ...(Array.isArray(inner['enum']) ? { enum: [...(inner['enum'] as unknown[]), null] } : {}),
});

export const optional = <T>(inner: Schema<T>): Optional<T> => ({ optional: inner });

export function object<F extends Fields>(fields: F): ObjectSchema<Shape<F>> {
  const entries = Object.entries(fields);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, field]) => [name, schemaOf(field)])),
    required: entries.filter(([, field]) => !isOptional(field)).map(([name]) => name),
    additionalProperties: false,
  };
}

/** A union told apart by the string in `tag`; each case is an object of its own fields beside the tag. */
export function choice<Tag extends string, const C extends { readonly [name: string]: Fields }>(
  tag: Tag,
  cases: C,
): Schema<{ [K in keyof C & string]: Flat<{ readonly [T in Tag]: K } & Shape<C[K]>> }[keyof C & string]> {
  return {
    type: 'object',
    discriminator: { propertyName: tag },
    required: [tag],
    oneOf: Object.entries(cases).map(([name, fields]) => object({ [tag]: { const: name }, ...fields })),
  };
}

const isOptional = (field: Field): field is Optional<unknown> => 'optional' in field;
const schemaOf = (field: Field): Schema => (isOptional(field) ? field.optional : field);
const wordsOf = ({ description }: Words): Words => (description === undefined ? {} : { description });
