import {
  endpointLimits, healthReportSchema, isInstanceName, isObjectName, isUnspecified, newId, Problem, registrationSchema, type Action, type Audience, type EndpointKey,
} from '@miko/model';
import { deregister, register } from '@miko/store';
import { answered } from '../api/answered.ts';
import { asciiJson } from '../api/ascii-json.ts';
import { attributionOf } from '../api/attribution.ts';
import { empty, type Answer } from '../api/call.ts';
import { defineEndpoint, type Operation } from '../api/operation.ts';
import { endpointSchema } from './answer-schemas.ts';
import { fenced, type Directory } from './directory.ts';
import { waitSecondsOf } from './drains.ts';
import { withoutAddress } from './view.ts';

const action: Action = { name: 'endpoint.register', role: 'writer' };
const path = '/v1/projects/{project}/services/{service}/endpoints/{instance}';

const headers = ['Miko-Revision'] as const;
const registrationExample = {
  session: null, host: '127.0.0.1', port: 8080, protocol: 'http', public_url: null, zone: null, weight: 100, tags: ['v2'], labels: { team: 'shop' },
  check: { type: 'ttl', ttl_ms: 60_000 },
};

/** Endpoints as their owners write them: registered, taken back, reported on. */
export function registrationOperations(directory: Directory): Operation[] {
  return [
    defineEndpoint({
      id: 'endpoint_register', method: 'PUT', path, action, summary: 'Register an endpoint, or change its registration',
      body: registrationSchema, bodyBytes: endpointLimits.bodyBytes, example: registrationExample,
      answers: [answered(201, 'Registered, as it is listed', endpointSchema, { headers }), answered(200, 'As it is listed; identical content makes no revision', endpointSchema, { headers })],
      errors: ['session_not_found', 'fenced', 'owned_by_other', 'quota_exceeded'],
      async run(request) {
        const { params, body, actor, deadline } = request;
        const key = namedKey(params);
        const { session, ...document } = body;
        callable(document.host);
        directory.project(key.project);
        const opened = session === null ? null : (await directory.liveSession(key.project, session)).record;
        const owner = opened?.owner ?? actor.id;
        const by = attributionOf(request);
        await directory.ensureService(key.project, key.service, by, deadline);
        const { entries } = directory.service(key.project, key.service);
        if (entries.size >= endpointLimits.perService && !entries.has(key.instance)) {
          throw new Problem('quota_exceeded', `a service has at most ${endpointLimits.perService} endpoints`);
        }
        const { outcome, revision } = await directory.store.write(register, {
          ...key, newId: newId('ep'), session, owner, document, ...(opened?.credential === actor.id ? {} : { by }),
        }, deadline.endMs);
        if (outcome === 'not_found') throw new Problem('not_found', `service ${key.service} was deleted at the same moment`);
        if (outcome === 'session_not_found') throw new Problem('session_not_found', 'this session has ended or never was: open a new one');
        if (outcome === 'fenced') throw fenced();
        if (outcome === 'owned_by_other') throw new Problem('owned_by_other', `${key.service}/${key.instance} is registered by another owner`);
        await directory.seen(revision);
        return shownAnswer(directory, actor.audience, key, outcome === 'created' ? 201 : 200, revision);
      },
    }),
    defineEndpoint({
      id: 'endpoint_deregister', method: 'DELETE', path, action, summary: 'Take a registration back, and wait for its callers',
      query: { session: 'text', wait_seconds: 'integer' }, answers: [answered(204, 'It is gone', null, { headers })], errors: ['fenced'],
      async run(request) {
        const { params, query, actor, deadline } = request;
        const key = namedKey(params);
        directory.project(key.project);
        const waitSeconds = waitSecondsOf(query);
        const session = (query['session'] as string | undefined) ?? null;
        const { outcome, revision } = await directory.store.write(deregister, { ...key, session, actor: actor.id, by: attributionOf(request) });
        if (outcome === 'not_found') throw new Problem('not_found', `${key.service}/${key.instance} is not registered`);
        if (outcome === 'fenced') throw new Problem('fenced', 'that session does not own this endpoint any more');
        await directory.seen(revision);
        // Whoever has not let go by then hears of it all the same: the registration is gone either way.
        if (waitSeconds > 0) await directory.drains.released(key, revision, deadline.within(waitSeconds * 1000));
        return empty(204, { 'miko-revision': String(revision) });
      },
    }),
    defineEndpoint({
      id: 'endpoint_report', method: 'PUT', path: `${path}/health`, action, summary: 'Report the health of an endpoint with a ttl check',
      body: healthReportSchema, bodyBytes: 4_096, example: { session: null, health: 'passing', note: 'all is well' },
      answers: [answered(200, 'As it is listed now', endpointSchema, { headers })], errors: ['session_not_found', 'fenced', 'owned_by_other'],
      async run({ params, body, actor }) {
        const key = namedKey(params);
        const entry = directory.service(key.project, key.service).entries.get(key.instance);
        if (entry === undefined) throw new Problem('not_found', `${key.service}/${key.instance} is not registered`);
        if (entry.record.document.check?.type !== 'ttl') {
          throw new Problem('invalid_request', 'this endpoint has no ttl check', { flaws: [{ pointer: '/health', code: 'not_reported', detail: 'only endpoints with a ttl check take reports' }] });
        }
        if (body.session !== null) await directory.liveSession(key.project, body.session);
        if (body.session !== entry.record.session) throw new Problem('fenced', 'that session does not own this endpoint');
        if (body.session === null && entry.record.owner !== actor.id) throw new Problem('owned_by_other', `${key.service}/${key.instance} is registered by another owner`);
        const { id } = entry.record;
        directory.reports.set(keyOf(key), { at: Date.now(), text: body.note });
        const stands = await directory.store.report(key, id);
        const revision = stands ? await directory.setHealth(key, id, body.health) : null;
        if (revision === null) throw new Problem('not_found', `${key.service}/${key.instance} is not registered any more`);
        await directory.seen(revision);
        return shownAnswer(directory, actor.audience, key, 200, directory.service(key.project, key.service).entries.get(key.instance)?.shown.revision ?? revision);
      },
    }),
  ];
}

/** Throws Problem `invalid_request`: what is registered is for others to call. */
function callable(host: string): void {
  if (!isUnspecified(host)) return;
  const flaw = { pointer: '/host', code: 'not_callable', detail: 'is an address to listen on, where nobody can be called: register the one that callers reach' };
  throw new Problem('invalid_request', `${flaw.pointer}: ${flaw.detail}`, { flaws: [flaw] });
}

/** Throws Problem `invalid_request` that names the part of the path. */
export function namedKey(params: Readonly<Record<string, string>>): EndpointKey {
  const key = { project: params['project']!, service: params['service']!, instance: params['instance']! };
  const flaws = [
    ...(isObjectName(key.service) ? [] : [{ pointer: 'service', code: 'pattern', detail: 'must match ^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$' }]),
    ...(isInstanceName(key.instance) ? [] : [{ pointer: 'instance', code: 'pattern', detail: 'must match ^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$' }]),
  ];
  if (flaws.length > 0) throw new Problem('invalid_request', flaws.map(f => `${f.pointer} ${f.detail}`).join('; '), { flaws });
  return key;
}

export const keyOf = (key: EndpointKey): string => `${key.project}/${key.service}/${key.instance}`;

/** Already encoded in the view; it may be gone again within the same moment, and then there is nothing to show. */
function shownAnswer(directory: Directory, audience: Audience, key: EndpointKey, status: number, revision: number): Answer {
  const entry = directory.view.project(key.project).services.get(key.service)?.entries.get(key.instance);
  if (entry === undefined) throw new Problem('not_found', `${key.service}/${key.instance} was taken back at the same moment`);
  return { status, headers: { 'content-type': 'application/json', 'miko-revision': String(revision) }, body: audience === 'internal' ? entry.json : asciiJson(withoutAddress(entry.shown)) };
}
