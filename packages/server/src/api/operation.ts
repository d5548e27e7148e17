import { isObjectName, oldestApiDate, Problem, type Action, type Actor, type ErrorCode, type Kind, type Schema } from '@miko/model';
import type { CallClaim } from '@miko/store';
import type { Answer, Call } from './call.ts';
import type { Deadline } from './deadline.ts';
import type { AnswerHeader } from './document/headers.ts';
import type { Parameter, Query } from './query.ts';

/** One thing that can be asked of Miko: what the router, the pipeline, the document and the tests are derived from. */
export interface Operation<Body = unknown> {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/projects/{project}/services/{service}:accept_expiry`; a parameter fills a whole segment, a verb follows the last colon. */
  readonly path: string;
  readonly summary: string;
  /** The kind it belongs to; null for what is no object. */
  readonly kind: Kind | null;
  /** Of a kind: `create`, `list`, `get`, `replace`, `patch`, `delete`, `watch`. Otherwise what it does, as its id says it. */
  readonly verb: string;
  /** The API date it first appears in. */
  readonly since: string;
  /** Null: answered to anybody, without a credential; one that gives `unauthenticated` all the same finds the credential itself. */
  readonly action: Action | null;
  /**
   * The name of the project it touches, null for the fleet: what access is judged by. Throws Problem `not_found`.
   * One that touches several answers the caller's own, and judges each of them itself.
   */
  project(params: Readonly<Record<string, string>>, actor: Actor): string | null;
  readonly query: Readonly<Record<string, Parameter>>;
  /** The body at an API date; null: no body, or an empty object. */
  body(apiDate: string): Schema<Body> | null;
  readonly bodyBytes: number;
  /** Of bodies, the usual one first. What is not JSON the operation reads itself. */
  readonly mediaTypes: readonly string[];
  /** A body without a Content-Type is taken for the usual one. */
  readonly isUntyped: boolean;
  /** It remembers its answer to an Idempotency-Key itself, in the transaction of what it writes. */
  readonly keepsClaim: boolean;
  /** A body that works, at an API date; null: none is needed. */
  example(apiDate: string): unknown;
  /** What it answers when it succeeds; `schema` null: no body, or one that is no JSON. */
  readonly answers: readonly DeclaredAnswer[];
  /** The errors it gives beyond those that any call can meet. */
  readonly errors: readonly ErrorCode[];
  run(request: Request<Body>): Promise<Answer> | Answer;
}

export interface DeclaredAnswer {
  readonly status: number;
  readonly description: string;
  schema(apiDate: string): Schema | null;
  /** `application/json` where absent. */
  readonly mediaType?: string;
  /** Beyond those of every answer; where absent, those of the kind's verb. */
  readonly headers?: readonly AnswerHeader[];
}

export interface Request<Body = unknown> {
  readonly call: Call;
  readonly requestId: string;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  /** The bytes as they came, for operations that read them themselves. */
  readonly raw: Buffer;
  /** Of the body: one of those the operation takes. */
  readonly mediaType: string;
  readonly apiDate: string;
  readonly deadline: Deadline;
  /** Null: the call carries no Idempotency-Key. */
  readonly claim: CallClaim | null;
}

interface Declared<Body> extends Pick<Operation<Body>, 'id' | 'method' | 'path' | 'summary' | 'action' | 'run'>,
  Partial<Pick<Operation<Body>, 'kind' | 'verb' | 'since' | 'project' | 'query' | 'bodyBytes' | 'mediaTypes' | 'isUntyped' | 'keepsClaim' | 'answers' | 'errors'>> {
  /** Where it is the same at every API date. */
  readonly body?: Schema<Body> | ((apiDate: string) => Schema<Body> | null);
  readonly example?: unknown;
}

/** It takes a credential in its own way, and in the header as all others do. */
export const findsCredential = ({ action, errors }: Operation): boolean => action === null && errors.includes('unauthenticated');

/** What is no object: session renewal, the endpoint list, a drain. Same pipeline, equal rank. */
export function defineEndpoint<Body = null>(declared: Declared<Body>): Operation {
  const { body = null, example = null } = declared;
  const operation: Operation<Body> = {
    kind: null, verb: declared.id, since: oldestApiDate, project: namedProject, query: {}, bodyBytes: 1_024, mediaTypes: ['application/json'], isUntyped: false, keepsClaim: false, answers: [], errors: [],
    ...declared,
    body: typeof body === 'function' ? body : () => body,
    example: typeof example === 'function' ? (example as Operation['example']) : () => example,
  };
  // The one claim that what `checked` let through has the body's type.
  return Object.freeze(operation);
}

/** A path leads through a project by its name alone; only the project itself is found by its id too. */
export function namedProject({ project }: Readonly<Record<string, string>>): string | null {
  if (project === undefined || isObjectName(project)) return project ?? null;
  throw noProject();
}

/** The same words whether there is none or the caller may not know of it. */
export const noProject = (): Problem => new Problem('not_found', 'there is no such project');
