import { Problem } from '@miko/model';
import { attributionOf } from '../attribution.ts';
import { empty, type Answer } from '../call.ts';
import type { Request } from '../operation.ts';
import { etagOf, requireMatch } from './etag.ts';
import { absent, admit, howOf, isDryRun, parentOf, type ObjectHost, type Place } from './object-host.ts';

/** DELETE: a tombstone stays until it is archived. */
export async function remove(host: ObjectHost, place: Place, request: Request): Promise<Answer> {
  const { kind, parameter } = place;
  const { call, params, apiDate } = request;
  const result = await host.store.writeObject(attributionOf(request), async tx => {
    const before = await tx.find(kind.name, parentOf(host, place, params), params[parameter]!);
    if (before === null) throw absent(kind, params[parameter]!);
    requireMatch(call.headers['if-match'], etagOf(before, apiDate));
    admit(kind, before.spec, null, before.name);
    if (await tx.inUse(before)) throw new Problem('in_use', `${kind.name} ${before.name} is in use: something lies in it, or a token is bound to it`);
    return { operation: 'delete', before };
  }, howOf(request));
  if (result === null || 'replay' in result) throw new Error('a deletion wrote nothing');
  if (isDryRun(request)) return empty(204, { 'miko-dry-run': 'true' });
  await host.seen(result.change.revision);
  return empty(204, { 'miko-revision': String(result.change.revision) });
}
