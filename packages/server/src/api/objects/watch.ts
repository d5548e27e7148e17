import type { Action } from '@miko/model';
import { streamHeaders } from '../../directory/frames.ts';
import type { Answer } from '../call.ts';
import type { Request } from '../operation.ts';
import { parentOf, type ObjectHost, type Place } from './object-host.ts';

/** GET of `{collection}:watch`: the stream of its changes, from a cursor on or beginning with a snapshot. */
export async function watch(host: ObjectHost, place: Place, reading: Action, { params, query, call, actor, apiDate }: Request): Promise<Answer> {
  const { kind } = place;
  const project = parentOf(host, place, params);
  const cursor = (call.headers['last-event-id'] as string | undefined) ?? (query['since'] as string | undefined) ?? null;
  // Among projects, a caller bound to one sees it alone.
  const own = kind.name === 'project' ? actor.project : null;
  return { status: 200, headers: streamHeaders, body: await host.hub.open({ kind, project, apiDate, own }, cursor, actor, reading) };
}
