import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** As much of OpenAPI 3.1 as Miko's own document uses; another linter judges it as a whole. */
export type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>;
  readonly components: {
    readonly schemas: Record<string, Schema>;
    readonly parameters: Readonly<Record<string, DocumentParameter>>;
    readonly responses: Readonly<Record<string, DocumentResponse>>;
  };
};

export type DocumentOperation = {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly (DocumentParameter | Reference)[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, DocumentResponse | Reference>>;
};

export type DocumentParameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly explode?: boolean;
  readonly schema: Schema;
};

export type DocumentResponse = { readonly content?: Content };
export type Content = Readonly<Record<string, { readonly schema: Schema }>>;
export type Reference = { readonly $ref: string };

export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly contentSchema?: Schema;
};

/** The document of the newest API date that is promised. */
export function newestDocument(root: string): { readonly date: string; readonly document: Document } {
  const newest = readdirSync(join(root, 'openapi')).filter(name => /^\d{4}-\d{2}-\d{2}\.json$/.test(name)).sort().at(-1);
  if (newest === undefined) throw new Error('openapi/ holds no document');
  return { date: newest.slice(0, 10), document: JSON.parse(readFileSync(join(root, 'openapi', newest), 'utf8')) as Document };
}
