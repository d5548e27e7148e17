import { empty, json, type Answer } from '../call.ts';
import type { Request } from '../operation.ts';
import { etagOf, isUnchanged } from './etag.ts';
import { absent, parentOf, type ObjectHost, type Place } from './object-host.ts';
import { shownObject } from './shown.ts';

/** GET of one, by name or id. */
export function read(host: ObjectHost, place: Place, { params, call, apiDate }: Request): Answer {
  const { kind, parameter } = place;
  const found = host.object(kind.name, parentOf(host, place, params), params[parameter]!);
  if (found === null) throw absent(kind, params[parameter]!);
  const etag = etagOf(found, apiDate);
  if (isUnchanged(call.headers['if-none-match'], etag)) return empty(304, { etag });
  return json(200, shownObject(kind, found, apiDate), { etag });
}
