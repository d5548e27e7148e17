import { permit, Problem, problemDocument, type Actor } from '@miko/model';
import { StoreError } from '@miko/store';
import type { Identities } from '../access/identity.ts';
import { accepts } from './accept.ts';
import { json, type Answer, type Call } from './call.ts';
import { checked } from './check.ts';
import { claimOf, type Claims } from './claim.ts';
import { deadlineOf } from './deadline.ts';
import { isForBrowsers } from './document/document-operations.ts';
import { lifeHeaders } from './document/life-headers.ts';
import { noProject, type Operation, type Request } from './operation.ts';
import { parseQuery } from './query.ts';
import { newRequestId } from './request-id.ts';
import type { Found, Router } from './router.ts';
import { malformed, parseJson } from './strict-json.ts';
import { problemOf } from './problem-of.ts';
import { apiDateOf, apiDateOfHeader, newestApiDate } from './versions.ts';

/**
 * The way of a request, from top to bottom. Every call takes it, the directory's own included; one path leaves steps
 * out, the encoded endpoint list, and says so in `directory/hot-list.ts`. What an object goes through inside `run`
 * (precondition, admission, limits, one transaction with its change row) reads on in `objects/`.
 */
export interface Pipeline {
  readonly router: Router;
  readonly identities: Identities;
  /** Remembers answers to calls that carry an Idempotency-Key. */
  readonly claims: Claims;
  /** Why Miko cannot answer from its view yet; null once it can. */
  notReady(): string | null;
  /** Told of callers that were turned away: not known, not allowed, or kept from learning what there is. */
  refused(problem: Problem, requestId: string, call: Call, actor: Actor | null, project: string | null): void;
  /** Failures that are Miko's own or its database's: the one place where they are printed. */
  failed(error: unknown, requestId: string, call: Call): void;
}

export async function serve(pipeline: Pipeline, call: Call): Promise<Answer> {
  const context: Context = { requestId: newRequestId(), actor: null, apiDate: newestApiDate, isHidden: false, project: null };
  let answer: Answer;
  try {
    context.apiDate = apiDateOfHeader(call.headers['miko-version']) ?? newestApiDate;
    const deadline = deadlineOf(call.headers['miko-timeout-ms']);
    const { path, search } = target(call);
    const found = find(pipeline, call, path, context);
    const { operation, params } = found;
    const actor = enter(pipeline, call, operation, context);
    allow(actor, found, context);
    accept(call, operation);
    const query = parseQuery(search, operation.query);
    const { raw, mediaType } = await read(call, operation);
    const body = parse(raw, mediaType, operation, context.apiDate);
    const claim = claimOf(call, operation, actor, raw);
    const request: Request = { call, requestId: context.requestId, actor, params, query, body, raw, mediaType, apiDate: context.apiDate, deadline, claim };
    answer = await run(pipeline, operation, request);
  } catch (error) {
    answer = refuse(pipeline, call, context, error);
  }
  return { ...answer, headers: { ...answer.headers, 'miko-request-id': context.requestId, 'miko-version': context.apiDate, ...lifeHeaders(context.apiDate) } };
}

/** What is known of a call so far. */
interface Context {
  readonly requestId: string;
  actor: Actor | null;
  /** The date the caller asks for, else the one pinned on its credential. */
  apiDate: string;
  /** The target is kept from the caller: refused, though it reads as absent. */
  isHidden: boolean;
  /** The name of the project it is about, once that is known. */
  project: string | null;
}

const MOST_URL = 8_192;
const ANYBODY: Actor = { id: 'anybody', name: 'anybody', credential: null, apiDate: newestApiDate, role: 'reader', project: null, audience: 'public' };

function target(call: Call): { path: string; search: string } {
  if (call.url.length > MOST_URL) throw new Problem('uri_too_long', `an address has at most ${MOST_URL} characters`);
  // A proxy may send the whole address (RFC 9112, section 3.2.2).
  const url = call.url.replace(/^https?:\/\/[^/?]*/i, '');
  const at = url.indexOf('?');
  return at < 0 ? { path: url, search: '' } : { path: url.slice(0, at), search: url.slice(at + 1) };
}

function find(pipeline: Pipeline, call: Call, path: string, context: Context): Found {
  try {
    return pipeline.router.find(call.method, path);
  } catch (error) {
    // Whoever is not known learns nothing of what there is.
    caller(pipeline, call, context);
    throw error;
  }
}

function enter(pipeline: Pipeline, call: Call, operation: Operation, context: Context): Actor {
  const actor = operation.action === null ? ANYBODY : caller(pipeline, call, context, isForBrowsers(operation));
  if (operation.since > context.apiDate) throw new Problem('not_found', `there is nothing at this path at the API date ${context.apiDate}`);
  return actor;
}

function caller(pipeline: Pipeline, call: Call, context: Context, isPage = false): Actor {
  const reason = pipeline.notReady();
  if (reason !== null) throw notReady(reason);
  const { authorization } = call.headers;
  const actor = isPage ? pipeline.identities.identifyInBrowser(authorization) : pipeline.identities.identify(authorization);
  if (actor === null) throw unauthenticated(isPage);
  context.actor = actor;
  context.apiDate = apiDateOf(call.headers['miko-version'], actor);
  return actor;
}

function allow(actor: Actor, { operation, params }: Found, context: Context): void {
  if (operation.action === null) return;
  context.project = operation.project(params, actor);
  const decision = permit(actor, operation.action, { project: context.project });
  if (decision === 'hide') {
    context.isHidden = true;
    throw noProject();
  }
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
  const [first] = operation.answers;
  if (first?.mediaType !== undefined) return [first.mediaType];
  // Supervisors and browsers look at the status and take any text.
  if (operation.action === null) return ['application/json', 'text/plain', 'text/html'];
  return ['application/json'];
}

interface Body {
  readonly raw: Buffer;
  readonly mediaType: string;
}

async function read(call: Call, operation: Operation): Promise<Body> {
  const [usual] = operation.mediaTypes as readonly [string];
  if (operation.method === 'GET' || operation.method === 'DELETE') return { raw: Buffer.alloc(0), mediaType: usual };
  const raw = await call.body(operation.bodyBytes);
  if (raw.length === 0 && isOptional(operation)) return { raw, mediaType: usual };
  const coding = call.headers['content-encoding'];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'identity') throw unsupported(operation, `content coding ${coding.slice(0, 100)}`);
  const given = call.headers['content-type'];
  const mediaType = given === undefined && operation.isUntyped ? usual : operation.mediaTypes.find(wanted => isMediaType(given, wanted));
  if (mediaType === undefined) throw unsupported(operation, given === undefined ? null : given.slice(0, 100));
  return { raw, mediaType };
}

/** No body, or an empty object. */
const isOptional = (operation: Operation): boolean => operation.mediaTypes[0] === 'application/json' && operation.body(newestApiDate) === null;

/** Parameters are let through; of them only another charset would change what the bytes mean. */
function isMediaType(given: string | undefined, wanted: string): boolean {
  if (given === wanted) return true;
  const [type, ...parameters] = (given ?? '').split(';').map(part => part.trim().toLowerCase());
  return type === wanted && parameters.every(parameter => !parameter.startsWith('charset=') || /^charset="?utf-8"?$/.test(parameter));
}

function unsupported({ method, mediaTypes }: Operation, given: string | null): Problem {
  const types = mediaTypes.join(', ');
  const headers: Record<string, string> = method === 'POST' ? { 'accept-post': types } : method === 'PATCH' ? { 'accept-patch': types } : {};
  return new Problem('unsupported_media_type', `the body must be ${mediaTypes.join(' or ')}${given === null ? '' : `, not ${given}`}`, { headers });
}

/** Patches are judged by what they make, so only their form is read here. */
function parse(raw: Buffer, mediaType: string, operation: Operation, apiDate: string): unknown {
  if (operation.method === 'GET' || operation.method === 'DELETE' || !mediaType.endsWith('json') || mediaType.endsWith('ndjson')) return null;
  if (raw.length === 0) {
    if (isOptional(operation)) return null;
    throw malformed('a JSON body is needed');
  }
  const value = parseJson(raw);
  if (operation.method === 'PATCH') return value;
  const schema = operation.body(apiDate);
  if (schema !== null) return checked(schema, value);
  checked(nothing, value);
  return null;
}

/** A POST that carries an Idempotency-Key happens once; an object is made and remembered in one transaction of its own. */
function run(pipeline: Pipeline, operation: Operation, request: Request): Promise<Answer> | Answer {
  if (request.claim === null || operation.keepsClaim) return operation.run(request);
  return pipeline.claims.once(request.claim, async () => {
    const { status, headers, body } = await operation.run(request);
    if (body !== null && typeof body !== 'string') throw new Error(`${operation.id} answers with a stream, which cannot be given again`);
    return { status, headers, body };
  });
}

const nothing = { type: 'object', properties: {}, additionalProperties: false };
/** A browser asks its user for a name and a password; the token is the password. */
export const unauthenticated = (isPage: boolean) =>
  new Problem('unauthenticated', 'send `Authorization: Bearer` with a valid token', {
    headers: { 'www-authenticate': isPage ? 'Basic realm="miko", charset="UTF-8", Bearer realm="miko"' : 'Bearer realm="miko"' },
  });
export const notReady = (reason: string) => new Problem('not_ready', reason, { headers: { 'retry-after': '1' } });

/** The one place where an error becomes an answer. */
function refuse(pipeline: Pipeline, call: Call, { requestId, actor, isHidden, project }: Context, error: unknown): Answer {
  const problem = problemOf(error);
  if (problem.code === 'unauthenticated' || problem.code === 'denied' || isHidden) pipeline.refused(problem, requestId, call, actor, project);
  if (problem.status >= 500 && (!expected.has(problem.code) || isDatabase(problem))) pipeline.failed(error, requestId, call);
  if (call.method === 'OPTIONS' && problem.code === 'method_not_allowed') return { status: 204, headers: problem.headers, body: null };
  return { ...json(problem.status, problemDocument(problem, requestId)), headers: { 'content-type': 'application/problem+json', ...problem.headers } };
}

/** Told to the caller, and no failure of Miko. */
const expected: ReadonlySet<string> = new Set(['not_ready', 'overloaded', 'deadline_exceeded']);
const isDatabase = (problem: Problem): boolean => problem.code === 'not_ready' && problem.cause instanceof StoreError;
