import { permit, Problem, problemDocument, type Actor } from '@miko/model';
import { StoreError } from '@miko/store';
import type { Identities } from '../access/identity.ts';
import { accepts } from './accept.ts';
import { json, type Answer, type Call } from './call.ts';
import { checked } from './check.ts';
import { noProject, type Operation, type Request } from './operation.ts';
import { parseQuery } from './query.ts';
import { newRequestId } from './request-id.ts';
import type { Found, Router } from './router.ts';
import { malformed, parseJson } from './strict-json.ts';
import { apiDateOf } from './versions.ts';

/**
 * The way of a request, from top to bottom. Every call takes it, the directory's own included; one path leaves steps
 * out, the encoded endpoint list, and says so in `directory/hot-list.ts`.
 */
export interface Pipeline {
  readonly router: Router;
  readonly identities: Identities;
  /** Why Miko cannot answer from its view yet; null once it can. */
  notReady(): string | null;
  /** Failures that are Miko's own: the one place where they are printed. */
  failed(error: unknown, requestId: string, call: Call): void;
}

export async function serve(pipeline: Pipeline, call: Call): Promise<Answer> {
  const requestId = newRequestId();
  let version: string | null = null;
  let answer: Answer;
  try {
    version = apiDateOf(call.headers['miko-version']);
    const { path, search } = target(call);
    const found = find(pipeline, call, path);
    const actor = enter(pipeline, call, found.operation);
    allow(actor, found);
    accept(call, found.operation);
    const query = parseQuery(search, found.operation.query);
    const raw = await read(call, found.operation);
    const body = parse(raw, found.operation);
    const request: Request = { call, requestId, actor, params: found.params, query, body, raw };
    answer = await found.operation.run(request);
  } catch (error) {
    answer = refuse(pipeline, call, requestId, error);
  }
  const headers = { ...answer.headers, 'miko-request-id': requestId, ...(version === null ? {} : { 'miko-version': version }) };
  return { ...answer, headers };
}

const MOST_URL = 8_192;
const ANYBODY: Actor = { id: 'anybody', name: 'anybody', role: 'reader', project: null, audience: 'public' };

function target(call: Call): { path: string; search: string } {
  if (call.url.length > MOST_URL) throw new Problem('uri_too_long', `an address has at most ${MOST_URL} characters`);
  // A proxy may send the whole address (RFC 9112, section 3.2.2).
  const url = call.url.replace(/^https?:\/\/[^/?]*/i, '');
  const at = url.indexOf('?');
  return at < 0 ? { path: url, search: '' } : { path: url.slice(0, at), search: url.slice(at + 1) };
}

function find(pipeline: Pipeline, call: Call, path: string): Found {
  try {
    return pipeline.router.find(call.method, path);
  } catch (error) {
    // Whoever is not known learns nothing of what there is.
    caller(pipeline, call);
    throw error;
  }
}

function enter(pipeline: Pipeline, call: Call, operation: Operation): Actor {
  return operation.action === null ? ANYBODY : caller(pipeline, call);
}

function caller(pipeline: Pipeline, call: Call): Actor {
  const reason = pipeline.notReady();
  if (reason !== null) throw notReady(reason);
  const actor = pipeline.identities.identify(call.headers.authorization);
  if (actor === null) throw unauthenticated();
  return actor;
}

function allow(actor: Actor, { operation, params }: Found): void {
  if (operation.action === null) return;
  const decision = permit(actor, operation.action, { project: operation.project(params, actor) });
  if (decision === 'hide') throw noProject();
  if (decision === 'deny') {
    const beyond = actor.project === null ? '' : ', and for what belongs to the fleet a credential bound to no project';
    throw new Problem('denied', `${operation.action.name} needs the role ${operation.action.role}${beyond}`);
  }
}

/** Errors are answered as application/problem+json whatever is accepted: better read than not. */
function accept(call: Call, operation: Operation): void {
  const types = typesOf(operation);
  if (!accepts(call.headers.accept, types)) throw new Problem('not_acceptable', `answers here are ${types[0]}`);
}

function typesOf(operation: Operation): readonly string[] {
  if (operation.path.endsWith(':watch')) return ['text/event-stream'];
  // Supervisors and browsers look at the status and take any text.
  if (operation.action === null) return ['application/json', 'text/plain', 'text/html'];
  return operation.mediaType === 'application/json' ? ['application/json'] : [operation.mediaType, 'application/json'];
}

async function read(call: Call, operation: Operation): Promise<Buffer> {
  if (operation.method === 'GET' || operation.method === 'DELETE') return Buffer.alloc(0);
  const raw = await call.body(operation.bodyBytes);
  if (raw.length === 0 && operation.body === null && operation.mediaType === 'application/json') return raw;
  const coding = call.headers['content-encoding'];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'identity') throw unsupported(operation, `content coding ${coding.slice(0, 100)}`);
  const given = call.headers['content-type'];
  if (!isMediaType(given, operation.mediaType)) throw unsupported(operation, given === undefined ? null : given.slice(0, 100));
  return raw;
}

/** Parameters are let through; of them only another charset would change what the bytes mean. */
function isMediaType(given: string | undefined, wanted: string): boolean {
  const [type, ...parameters] = (given ?? '').split(';').map(part => part.trim().toLowerCase());
  return type === wanted && parameters.every(parameter => !parameter.startsWith('charset=') || /^charset="?utf-8"?$/.test(parameter));
}

const unsupported = ({ method, mediaType }: Operation, given: string | null): Problem =>
  new Problem('unsupported_media_type', `the body must be ${mediaType}${given === null ? '' : `, not ${given}`}`, {
    headers: method === 'POST' ? { 'accept-post': mediaType } : {},
  });

function parse(raw: Buffer, operation: Operation): unknown {
  if (operation.method === 'GET' || operation.method === 'DELETE' || operation.mediaType !== 'application/json') return null;
  if (operation.body === null) {
    if (raw.length > 0) checked(nothing, parseJson(raw));
    return null;
  }
  if (raw.length === 0) throw malformed('a JSON body is needed');
  return checked(operation.body, parseJson(raw));
}

const nothing = { type: 'object', properties: {}, additionalProperties: false };
const unauthenticated = () =>
  new Problem('unauthenticated', 'send `Authorization: Bearer` with a valid token', { headers: { 'www-authenticate': 'Bearer realm="miko"' } });
export const notReady = (reason: string) => new Problem('not_ready', reason, { headers: { 'retry-after': '1' } });

/** The one place where an error becomes an answer. */
function refuse(pipeline: Pipeline, call: Call, requestId: string, error: unknown): Answer {
  const problem = asProblem(error);
  if (problem.status >= 500 && problem.code !== 'not_ready' && problem.code !== 'overloaded') pipeline.failed(error, requestId, call);
  if (call.method === 'OPTIONS' && problem.code === 'method_not_allowed') return { status: 204, headers: problem.headers, body: null };
  return { ...json(problem.status, problemDocument(problem, requestId)), headers: { 'content-type': 'application/problem+json', ...problem.headers } };
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StoreError && error.code === 'unavailable') {
    return new Problem('not_ready', 'the database cannot be reached: whether this write happened is not known, repeat it', { cause: error, headers: { 'retry-after': '1' } });
  }
  if (error instanceof StoreError && error.code === 'conflict') return new Problem('already_exists', error.message, { cause: error });
  if (error instanceof StoreError && error.code === 'overloaded') {
    return new Problem('overloaded', error.message, { cause: error, headers: { 'retry-after': '1' } });
  }
  return new Problem('internal', 'Miko failed; the request id finds the log line', { cause: error });
}
