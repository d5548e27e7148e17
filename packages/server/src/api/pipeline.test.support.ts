import { newestApiDate, object, Problem, text, type Actor, type ProblemDocument } from '@miko/model';
import { Identities, newSecret } from '../access/identity.ts';
import { empty, json, type Answer, type Call } from './call.ts';
import { defineEndpoint, type Request } from './operation.ts';
import { serve, type Pipeline } from './pipeline.ts';
import { Router } from './router.ts';

/** A pipeline over operations that only say that they ran, and calls to it without a transport. */
const secrets = { reader: newSecret(), writer: newSecret(), scoped: newSecret() };
export const ran: Request[] = [];
export const failures: unknown[] = [];
export const refusals: unknown[] = [];
/** What the next calls meet: a failure of their operation, a Miko that is not ready. */
export const state: { fails: unknown; notReady: string | null } = { fails: undefined, notReady: null };

const run = (request: Request): Answer => {
  if (state.fails !== undefined) throw state.fails;
  ran.push(request);
  return json(200, { ok: true }, { 'miko-revision': '7' });
};
const note = object({ note: text({ max: 5 }) });
const reads = { name: 'thing.read', role: 'reader' } as const;
const writes = { name: 'thing.write', role: 'writer' } as const;
export const pipeline: Pipeline = {
  identities: new Identities(),
  notReady: () => state.notReady,
  claims: { once: (_claim, run) => run() },
  refused: (problem, requestId, call, actor) => refusals.push([problem.code, requestId, call.url, actor?.name ?? null]),
  failed: (error, requestId, call) => failures.push([error, requestId, call.url]),
  router: new Router([
    defineEndpoint({ id: 'open', method: 'GET', path: '/open', action: null, summary: 'x', run }),
    defineEndpoint({ id: 'list', method: 'GET', path: '/v1/projects/{project}/things', action: reads, summary: 'x', query: { limit: 'integer' }, run }),
    defineEndpoint({ id: 'watch', method: 'GET', path: '/v1/projects/{project}/things:watch', action: reads, summary: 'x', answers: [{ status: 200, description: 'x', schema: () => null, mediaType: 'text/event-stream' }], run: () => empty(200) }),
    defineEndpoint({ id: 'create', method: 'POST', path: '/v1/projects/{project}/things', action: writes, summary: 'x', body: note, bodyBytes: 64, run }),
    defineEndpoint({ id: 'replace', method: 'PUT', path: '/v1/projects/{project}/things/{thing}', action: writes, summary: 'x', body: note, bodyBytes: 64, run }),
    defineEndpoint({ id: 'delete', method: 'DELETE', path: '/v1/projects/{project}/things/{thing}', action: writes, summary: 'x', run }),
    defineEndpoint({ id: 'act', method: 'POST', path: '/v1/projects/{project}/things/{thing}:act', action: writes, summary: 'x', run }),
    defineEndpoint({ id: 'lines', method: 'POST', path: '/v1/things:lines', action: writes, summary: 'x', mediaTypes: ['application/x-ndjson'], bodyBytes: 64, run }),
  ]),
};

/** As new, with the three callers known. */
export function reset(): void {
  ran.length = 0;
  failures.length = 0;
  refusals.length = 0;
  state.fails = undefined;
  state.notReady = null;
  pipeline.identities.clear();
  const give = (name: keyof typeof secrets, spec: Pick<Actor, 'role' | 'project'>) =>
    pipeline.identities.set(
      { id: `tok_${name}`, kind: 'token', name, project: null, revision: 1, createdAt: '', updatedAt: '', spec: { ...spec, description: '', audience: 'internal' }, status: { api_date: newestApiDate } },
      secrets[name].hash.toString('hex'),
    );
  give('reader', { role: 'reader', project: null });
  give('writer', { role: 'writer', project: null });
  give('scoped', { role: 'writer', project: 'shop' });
}

export const BODY = '{"note":"hi"}';
export const call = (method: string, url: string, more: { as?: keyof typeof secrets | null; body?: string; headers?: Record<string, string> } = {}): Promise<Answer> => {
  const { as = 'writer', body = '', headers = {} } = more;
  return serve(pipeline, {
    method, url, remote: '127.0.0.1',
    headers: { ...(as === null ? {} : { authorization: `Bearer ${secrets[as].text}` }), ...(body === '' ? {} : { 'content-type': 'application/json' }), ...headers },
    body: limit => (body.length > limit ? Promise.reject(new Problem('too_large', `at most ${limit}`)) : Promise.resolve(Buffer.from(body))),
  } satisfies Call);
};
export const problemOf = (answer: Answer): ProblemDocument => JSON.parse(answer.body as string) as ProblemDocument;
export const THINGS = '/v1/projects/shop/things';
