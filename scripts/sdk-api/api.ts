/** The API as the emitters read it: every object has a name, and every question of the wire is answered. */
export type Api = {
  readonly date: string;
  /** What is used stands before what uses it. */
  readonly types: readonly NamedType[];
  readonly operations: readonly Operation[];
  /** The codes that any call may be refused with; an operation's own `codes` are without them. */
  readonly commonCodes: readonly string[];
};

export type NamedType = {
  readonly name: string;
  readonly description: string | null;
  readonly shape:
    | { readonly is: 'fields'; readonly fields: readonly Field[] }
    /** One of several shapes, all of them `fields`; `tag` is the field whose constant tells them apart. */
    | { readonly is: 'union'; readonly tag: string; readonly variants: readonly string[] }
    | { readonly is: 'alias'; readonly of: Type };
};

export type Field = { readonly name: string; readonly description: string | null; readonly required: boolean; readonly type: Type };

export type Type =
  | { readonly is: 'string' | 'number' | 'boolean' | 'null' | 'any' }
  /** `wide`: 32 bits may not hold it. */
  | { readonly is: 'integer'; readonly wide: boolean }
  | { readonly is: 'enum'; readonly values: readonly string[] }
  | { readonly is: 'list'; readonly of: Type }
  | { readonly is: 'map'; readonly of: Type }
  | { readonly is: 'nullable'; readonly of: Type }
  | { readonly is: 'named'; readonly name: string };

export type Operation = {
  /** As in the document, in snake_case. */
  readonly id: string;
  readonly method: string;
  /** With `{names}` in braces. */
  readonly path: string;
  readonly summary: string;
  readonly description: string | null;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
  readonly answer: Answer;
  /** Statuses of 400 and more that carry an answer, not a problem. */
  readonly alsoAnswers: readonly number[];
  readonly codes: readonly string[];
};

export type Parameter = {
  /** On the wire, as in `If-Match`. */
  readonly wire: string;
  /** In snake_case, as in `if_match`. */
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  /** The project around the thing that is asked for: where it is not given, it is the client's own. */
  readonly ownProject: boolean;
  /** Of a list in the query: whether each value comes as a pair of its own, or all of them joined by commas. */
  readonly repeated: boolean;
  /** Zero, or nothing between the quotes, says no more than leaving it out. */
  readonly zeroSaysNothing: boolean;
  readonly description: string;
  readonly type: Type;
};

export type Body =
  | { readonly is: 'none' }
  | { readonly is: 'json'; readonly type: Type }
  /** An object of texts, as a form sends it. */
  | { readonly is: 'form'; readonly type: Type }
  /** RFC 7396, or RFC 6902 where it is a list. */
  | { readonly is: 'patch'; readonly merge: Type; readonly patch: Type }
  /** NDJSON. */
  | { readonly is: 'lines'; readonly of: Type };

export type Answer =
  | { readonly is: 'nothing' }
  | { readonly is: 'text' }
  /** `conditional`: with If-None-Match it may be 304, without a body. */
  | { readonly is: 'json'; readonly type: Type; readonly conditional: boolean }
  /** NDJSON; null: lines that are handed on as they came. */
  | { readonly is: 'lines'; readonly of: Type | null }
  /** Server-sent events, without `error`, which is raised. */
  | { readonly is: 'frames'; readonly frames: readonly { readonly event: string; readonly type: Type }[] };
