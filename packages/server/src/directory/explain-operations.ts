import { isServed, Problem, type Action, type Audience, type EndpointKey } from '@miko/model';
import { answered } from '../api/answered.ts';
import { json } from '../api/call.ts';
import { defineEndpoint, type Operation } from '../api/operation.ts';
import { explanationSchema } from './answer-schemas.ts';
import type { Directory } from './directory.ts';
import { keyOf, namedKey } from './registration-operations.ts';
import type { Entry, ServiceView } from './view.ts';

const action: Action = { name: 'endpoint.explain', role: 'reader' };

interface Step {
  readonly step: 'registered' | 'session' | 'health' | 'override' | 'listed' | 'delivered';
  readonly ok: boolean;
  readonly text: string;
}

/** Why an endpoint is in or out of the list, step by step, and who has seen it. */
export function explainOperations(directory: Directory): Operation[] {
  return [
    defineEndpoint({
      id: 'endpoint_explain', method: 'GET', path: '/v1/projects/{project}/services/{service}/endpoints/{instance}:explain', action,
      summary: 'Why an endpoint is in or out of the list, and who has seen it',
      answers: [answered(200, 'Step by step', explanationSchema)],
      async run({ params, actor }) {
        const key = namedKey(params);
        const service = directory.service(key.project, key.service);
        const entry = service.entries.get(key.instance);
        const tombstone = service.gone.get(key.instance);
        if (entry === undefined && tombstone === undefined) throw new Problem('not_found', `${key.service}/${key.instance} was never registered`);
        const revision = entry?.shown.revision ?? tombstone!.revision;
        const watchers = (await directory.store.watchers(key.project, key.service)).map(w => ({ ...w, seen: w.applied >= revision }));
        const listed = entry !== undefined && isServed(entry.shown);
        const behind = watchers.filter(w => !w.seen).length;
        const steps: Step[] = [
          ...(entry === undefined ? goneSteps(service, key) : entrySteps(directory, entry, actor.audience)),
          { step: 'listed', ok: listed, text: listed ? `listed since revision ${revision}` : `not listed since revision ${revision}` },
          {
            step: 'delivered', ok: behind === 0,
            text: behind === 0 ? `all ${watchers.length} watching sessions have applied it` : `${behind} of ${watchers.length} watching sessions have not applied it`,
          },
        ];
        // What a probe says names the address it tried.
        const probe = actor.audience === 'public' ? null : directory.checker.lastProbe(keyOf(key)) ?? directory.reports.get(keyOf(key)) ?? null;
        return json(200, {
          service: key.service, instance: key.instance, listed, revision, steps,
          probe: probe === null ? null : { at: new Date(probe.at).toISOString(), text: probe.text },
          watchers, unsessioned_watchers: directory.hub.unsessioned(key.project, key.service),
        });
      },
    }),
  ];
}

function goneSteps(service: ServiceView, key: EndpointKey): Step[] {
  const { cause, revision } = service.gone.get(key.instance)!;
  return [{ step: 'registered', ok: false, text: `${cause} at revision ${revision}` }];
}

function entrySteps(directory: Directory, { record, shown }: Entry, audience: Audience): Step[] {
  const session = record.session === null ? undefined : directory.view.sessions.get(record.session)?.record;
  const { check } = record.document;
  return [
    { step: 'registered', ok: true, text: audience === 'internal' ? `registered at ${shown.host}:${shown.port}` : `registered, in public at ${shown.public_url ?? 'no address'}` },
    record.session === null
      ? { step: 'session', ok: true, text: 'a durable endpoint: it needs no session' }
      : {
          step: 'session', ok: session?.state === 'live' && !record.held,
          text: record.held ? `session ${record.session} is overdue; a mass expiry is held` : `session ${session?.name ?? record.session} is ${session?.state ?? 'ended'}`,
        },
    {
      step: 'health', ok: isServed({ ...shown, state: 'active' }),
      text: check === null ? `${shown.health}: it has no check` : `${shown.health} by its ${check.type} check`,
    },
    { step: 'override', ok: shown.state === 'active', text: shown.state === 'active' ? 'no override keeps it out' : `an operator's override says ${shown.state}` },
  ];
}
