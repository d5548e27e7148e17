import type { Action } from '@miko/model';
import { endSession } from '@miko/store';
import { answered } from '../api/answered.ts';
import { attributionOf } from '../api/attribution.ts';
import { json } from '../api/call.ts';
import { defineEndpoint, type Operation } from '../api/operation.ts';
import { acceptedSchema } from './answer-schemas.ts';
import type { Directory } from './directory.ts';

const action: Action = { name: 'service.accept_expiry', role: 'writer' };

/** An operator's word that what a held mass expiry keeps is really gone. */
export function expiryOperations(directory: Directory): Operation[] {
  return [
    defineEndpoint({
      id: 'service_accept_expiry', method: 'POST', path: '/v1/projects/{project}/services/{service}:accept_expiry', action,
      summary: 'Let a held mass expiry of the service proceed, in all zones',
      answers: [answered(200, 'How many went', acceptedSchema, { headers: ['Miko-Revision'] })],
      async run(request) {
        const { params } = request;
        const by = attributionOf(request);
        const service = directory.service(params['project']!, params['service']!);
        const held = [...service.entries.values()].filter(entry => entry.record.held).map(entry => entry.record.session!);
        const before = countHeld(directory, params);
        // A session that came back meanwhile is not overdue, and stays.
        const ends = await Promise.all([...new Set(held)].map(session => directory.store.write(endSession, { session, cause: 'expired', grace: 0, by })));
        await directory.seen(Math.max(0, ...ends.map(end => end.revision ?? 0)));
        return json(200, { accepted: before - countHeld(directory, params) }, { 'miko-revision': String(directory.view.revision) });
      },
    }),
  ];
}

const countHeld = (directory: Directory, params: Readonly<Record<string, string>>): number =>
  [...(directory.view.project(params['project']!).services.get(params['service']!)?.entries.values() ?? [])].filter(e => e.record.held).length;
