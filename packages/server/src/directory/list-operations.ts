import { permit, Problem, type Actor, type Audience, type Flaw } from '@miko/model';
import { answered } from '../api/answered.ts';
import { empty, type Answer, type Stream } from '../api/call.ts';
import { isUnchanged } from '../api/objects/etag.ts';
import { defineEndpoint, type Operation, type Request } from '../api/operation.ts';
import type { Query } from '../api/query.ts';
import { endpointFrameSchema, endpointListSchema } from './answer-schemas.ts';
import { revisionOf, subscriptionOf } from './cursor.ts';
import type { Directory } from './directory.ts';
import type { ListQuery } from './endpoint-list.ts';
import { streamHeaders } from './frames.ts';
import { listAction } from './hot-list.ts';

const HEALTHS = ['starting', 'passing', 'warning', 'critical', 'unknown'];
const AT_LEAST_WAIT_MS = 5_000;

/** Reading the directory: the endpoint list, and the stream of its changes. */
export function listOperations(directory: Directory): Operation[] {
  const path = '/v1/projects/{project}/endpoints';
  const headers = ['ETag', 'Miko-Cursor', 'Miko-Revision'] as const;
  return [
    defineEndpoint({
      id: 'endpoint_list', method: 'GET', path, action: listAction, summary: 'The endpoint list',
      query: { service: 'names', zone: 'names', audience: 'text', tag: 'repeated', health: 'names', at_least: 'integer' },
      answers: [answered(200, 'What is asked for', endpointListSchema, { headers }), answered(304, 'It is what If-None-Match names', null, { headers })],
      async run(request) {
        const { object } = directory.project(request.params['project']!);
        const query = listQueryOf(object.name, request.query, request.actor);
        const atLeast = request.query['at_least'] as number | undefined;
        if (atLeast !== undefined) await reached(directory, atLeast);
        return listAnswer(directory, request, query, atLeast === undefined);
      },
    }),
    defineEndpoint({
      id: 'endpoint_watch', method: 'GET', path: `${path}:watch`, action: listAction, summary: 'The stream of changes',
      query: { service: 'names', session: 'text', since: 'text', audience: 'text' }, errors: ['session_not_found', 'fenced', 'overloaded'],
      answers: [answered(200, 'A stream of changes', endpointFrameSchema, { mediaType: 'text/event-stream' })],
      async run({ call, params, query, actor }) {
        const project = directory.project(params['project']!).object.name;
        const { services, audience } = listQueryOf(project, query, actor);
        const session = (query['session'] as string | undefined) ?? null;
        if (session !== null) await directory.liveSession(project, session);
        const cursor = (call.headers['last-event-id'] as string | undefined) ?? (query['since'] as string | undefined) ?? null;
        // Another Miko may be ahead of this one: its reader waits rather than see an older state. A database restored
        // from a backup never gets there; then a snapshot is the truth.
        const known = cursor === null ? null : revisionOf(cursor, directory.view.installation, subscriptionOf(project, services, audience));
        if (known !== null) await directory.feed.reached(known, AT_LEAST_WAIT_MS);
        const allowed = () => directory.view.identities.knows(actor.id) && permit(actor, listAction, { project }) === 'allow';
        const body = directory.hub.open({ project, services, audience }, cursor, session, allowed);
        const closed = session === null ? null : await directory.watching.open(session, services ?? ['*']);
        const tied: Stream = { open: sink => { if (closed !== null) sink.onClosed(closed); body.open(sink); } };
        return { status: 200, headers: streamHeaders, body: tied };
      },
    }),
  ];
}

function listAnswer(directory: Directory, { call }: Request, query: ListQuery, cacheable: boolean): Answer {
  const { etag, cursor, revision, body } = directory.hot.answer(cacheable ? call.url : null, query);
  const headers = { etag, 'miko-cursor': cursor, 'miko-revision': String(revision) };
  if (isUnchanged(call.headers['if-none-match'], etag)) return empty(304, headers);
  return { status: 200, headers: { 'content-type': 'application/json', ...headers }, body };
}

/** A caller entitled to public addresses only gets no other answer, whatever it asks for. */
function listQueryOf(project: string, query: Query, actor: Actor): ListQuery {
  const flaws: Flaw[] = [];
  const asked = query['audience'] ?? actor.audience;
  if (asked !== 'public' && asked !== 'internal') flaws.push({ pointer: 'audience', code: 'not_one_of', detail: 'must be public or internal' });
  const audience: Audience = actor.audience === 'public' || asked === 'public' ? 'public' : 'internal';
  const health = query['health'] as readonly string[] | undefined;
  for (const one of health ?? []) {
    if (!HEALTHS.includes(one) && !(one === 'any' && health!.length === 1)) {
      flaws.push({ pointer: 'health', code: 'not_one_of', detail: `must be any, or some of ${HEALTHS.join(', ')}` });
      break;
    }
  }
  if (flaws.length > 0) throw new Problem('invalid_request', flaws.map(f => `${f.pointer} ${f.detail}`).join('; '), { flaws });
  const services = query['service'] as readonly string[] | undefined;
  return {
    project, audience,
    services: services === undefined || services.length === 0 || services.includes('*') ? null : [...new Set(services)],
    zones: (query['zone'] as readonly string[] | undefined) ?? null,
    tags: (query['tag'] as readonly string[] | undefined) ?? [],
    health: health === undefined ? null : health[0] === 'any' ? 'any' : health,
  };
}

async function reached(directory: Directory, revision: number): Promise<void> {
  const held = directory.feed.reached(revision, AT_LEAST_WAIT_MS);
  if (held !== true && !(await held)) {
    throw new Problem('not_ready', `this Miko holds revision ${directory.view.revision}, not yet ${revision}`, { headers: { 'retry-after': '1' } });
  }
}
