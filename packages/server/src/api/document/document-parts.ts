import type { Json } from './plain-schema.ts';

/** Reading a document, which is plain JSON: the page and the comparison of documents go by nothing else. */
export interface Listed {
  readonly path: string;
  /** In lower case, as the document has it. */
  readonly method: string;
  readonly operation: Json;
}

export const operationsIn = (document: Json): Listed[] =>
  Object.entries((document['paths'] ?? {}) as Readonly<Record<string, Readonly<Record<string, Json>>>>)
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));

/** Follows references within the document. */
export const resolving = (document: Json) => (part: Json): Json => {
  const { $ref: reference } = part;
  return typeof reference === 'string' ? reference.slice(2).split('/').reduce((at, step) => at[step] as Json, document) : part;
};

/** Of a body or an answer, by media type. */
export const contentOf = (part: Json): Readonly<Record<string, Json>> => (part['content'] ?? {}) as Readonly<Record<string, Json>>;
export const propertiesOf = (schema: Json): Readonly<Record<string, Json>> => (schema['properties'] ?? {}) as Readonly<Record<string, Json>>;
export const isSchema = (value: unknown): value is Json => typeof value === 'object' && value !== null;
/** A text as it is, anything else as JSON, nothing as the empty text. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value));
/** An example as it is sent in its media type. */
export const bodyText = (type: string, example: unknown): string =>
  type === 'application/x-www-form-urlencoded' ? new URLSearchParams(example as Record<string, string>).toString() : textOf(example);
/** Answered to anybody. */
export const isOpen = ({ security }: Json): boolean => Array.isArray(security) && security.length === 0;
