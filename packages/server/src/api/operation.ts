import { isObjectName, Problem, type Action, type Actor, type Schema } from '@miko/model';
import type { Answer, Call } from './call.ts';
import type { Parameter, Query } from './query.ts';

/** One thing that can be asked of Miko: what the router, the pipeline and, later, documents and commands are derived from. */
export interface Operation<Body = unknown> {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/v1/projects/{project}/services/{service}:accept_expiry`; a parameter fills a whole segment, a verb follows the last colon. */
  readonly path: string;
  readonly summary: string;
  /** Null: answered to anybody, without a credential. */
  readonly action: Action | null;
  /**
   * The name of the project it touches, null for the fleet: what access is judged by. Throws Problem `not_found`.
   * One that touches several answers the caller's own, and judges each of them itself.
   */
  project(params: Readonly<Record<string, string>>, actor: Actor): string | null;
  readonly query: Readonly<Record<string, Parameter>>;
  /** Null: no body, or an empty object. */
  readonly body: Schema<Body> | null;
  readonly bodyBytes: number;
  /** `ndjson`: the operation reads its lines itself. */
  readonly mediaType: 'application/json' | 'application/x-ndjson';
  run(request: Request<Body>): Promise<Answer> | Answer;
}

export interface Request<Body = unknown> {
  readonly call: Call;
  readonly requestId: string;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  /** The bytes as they came, for operations that read lines. */
  readonly raw: Buffer;
}

type Declared<Body> = Pick<Operation<Body>, 'id' | 'method' | 'path' | 'summary' | 'action' | 'run'> &
  Partial<Pick<Operation<Body>, 'project' | 'query' | 'body' | 'bodyBytes' | 'mediaType'>>;

/** What is no object: session renewal, the endpoint list, a drain. Same pipeline, equal rank. */
export function defineEndpoint<Body = null>(declared: Declared<Body>): Operation {
  const operation: Operation<Body> = { project: namedProject, query: {}, body: null, bodyBytes: 1_024, mediaType: 'application/json', ...declared };
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
