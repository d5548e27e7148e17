import { endpointOverride, newId, pluralOf, Problem, type Action, type EndpointKey, type EndpointOverrideSpec, type Stored } from '@miko/model';
import { StoreError, type Attribution } from '@miko/store';
import { attributionOf } from '../api/attribution.ts';
import { answered } from '../api/answered.ts';
import { json } from '../api/call.ts';
import type { Deadline } from '../api/deadline.ts';
import { defineEndpoint, type Operation } from '../api/operation.ts';
import { drainSchema, undrainSchema } from './answer-schemas.ts';
import type { Directory } from './directory.ts';
import { waitSecondsOf } from './drains.ts';
import { namedKey } from './registration-operations.ts';
import { overrideKey } from './view.ts';

const action: Action = { name: 'endpoint.drain', role: 'writer' };
const path = '/v1/projects/{project}/services/{service}/endpoints/{instance}';
const MOST_TRIES = 5;

/** Taking an endpoint out by will: an override object says so, and the answer says who still sends calls to it. */
export function drainOperations(directory: Directory): Operation[] {
  return [
    defineEndpoint({
      id: 'endpoint_drain', method: 'POST', path: `${path}:drain`, action, summary: 'Drain an endpoint, and wait for its callers',
      query: { wait_seconds: 'integer' }, errors: ['in_use', 'quota_exceeded', 'precondition_failed', 'already_exists'],
      answers: [answered(200, 'It is draining; whether its callers have let go', drainSchema, { headers: ['Miko-Revision'] })],
      async run(request) {
        const { params, query, deadline } = request;
        const key = existing(directory, namedKey(params));
        const waitSeconds = waitSecondsOf(query);
        const { revision } = await setState(directory, key, 'draining', attributionOf(request), deadline);
        await directory.seen(revision);
        const started = performance.now();
        const holding = await directory.drains.released(key, revision, deadline.within(waitSeconds * 1000));
        return json(200, {
          revision, waited_ms: Math.round(performance.now() - started), released: holding.length === 0, holding,
          unsessioned_watchers: directory.hub.unsessioned(key.project, key.service),
        }, { 'miko-revision': String(revision) });
      },
    }),
    defineEndpoint({
      id: 'endpoint_undrain', method: 'POST', path: `${path}:undrain`, action, summary: 'Take a drain back',
      answers: [answered(200, 'It is not draining', undrainSchema, { headers: ['Miko-Revision'] })], errors: ['in_use', 'precondition_failed'],
      async run(request) {
        const key = existing(directory, namedKey(request.params));
        const { revision } = await setState(directory, key, 'active', attributionOf(request), request.deadline);
        await directory.seen(revision);
        return json(200, { revision }, { 'miko-revision': String(revision) });
      },
    }),
  ];
}

function existing(directory: Directory, key: EndpointKey): EndpointKey {
  const service = directory.service(key.project, key.service);
  const override = directory.view.project(key.project).overrides.get(overrideKey(key.service, key.instance))?.object ?? null;
  if (!service.entries.has(key.instance) && override === null) throw new Problem('not_found', `${key.service}/${key.instance} is not registered`);
  return key;
}

/**
 * Draining denies nothing that is denied, and taking it back leaves a weight that was set. Asked again, nothing is
 * written. Decided on the newest state there is: an override that somebody else writes at the same moment is looked at again.
 */
async function setState(directory: Directory, key: EndpointKey, state: 'draining' | 'active', by: Attribution, deadline: Deadline): Promise<{ revision: number }> {
  for (let left = MOST_TRIES; ; left--) {
    await directory.feed.poll();
    try {
      return await trySetState(directory, key, state, by, deadline);
    } catch (error) {
      const isRace = (error instanceof StoreError && error.code === 'conflict') || (error instanceof Problem && error.code === 'precondition_failed');
      if (!isRace || left === 0) throw error;
    }
  }
}

async function trySetState(directory: Directory, key: EndpointKey, state: 'draining' | 'active', by: Attribution, deadline: Deadline): Promise<{ revision: number }> {
  const known = directory.view.project(key.project).overrides.get(overrideKey(key.service, key.instance));
  const before = known?.object ?? null;
  const spec = before?.spec as EndpointOverrideSpec | undefined;
  if ((spec?.state ?? 'active') === state) return { revision: known?.revision ?? 0 };
  if (spec?.state === 'denied') throw new Problem('in_use', `${key.service}/${key.instance} is denied by ${before!.name}: change that override instead`);
  const result = await directory.store.writeObject(by, async tx => {
    if (before === null) return { operation: 'create', object: newOverride(key), secret: null, most: endpointOverride.limits.perParent, quotaName: pluralOf(endpointOverride) };
    const current = await tx.find('endpoint_override', key.project, before.id);
    if (current === null || current.revision !== before.revision) throw new Problem('precondition_failed', 'the override was changed at the same moment: ask again');
    if (state === 'active' && spec!.weight === null) return { operation: 'delete', before: current };
    return { operation: 'update', before: current, spec: { ...current.spec, state }, changed: ['/spec/state'] };
  }, { deadlineMs: deadline.remainingMs() });
  return result!.object;
}

function newOverride({ project, service, instance }: EndpointKey): Stored {
  const id = newId('ovr');
  const spec: EndpointOverrideSpec = { service, instance, state: 'draining', weight: null, reason: 'drained' };
  return { id, kind: 'endpoint_override', name: id.replace('_', '-'), project, revision: 0, createdAt: '', updatedAt: '', spec, status: {} };
}
