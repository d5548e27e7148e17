import { equalJson } from '@miko/model';
import type { Api } from '../api.ts';
import { Failure } from '../failure.ts';
import { created, differences, type Difference } from './difference.ts';
import type { Manifest } from './manifest.ts';
import { findObject, putObject, type ShownObject, type WriteOptions } from './object-calls.ts';

export interface Applied {
  readonly result: 'created' | 'changed' | 'unchanged';
  /** As it stands now; in a dry run, as it would. */
  readonly object: ShownObject;
  /** Of the spec, from what stood to what Miko answered. */
  readonly differences: readonly Difference[];
}

/**
 * Makes one object be as the manifest says: created only where there is none, replaced only where it differs, and only
 * what was read. When somebody else was faster (412), what stands now is read and decided upon once more, and no further.
 */
export async function applyObject(api: Api, manifest: Manifest, options: WriteOptions): Promise<Applied> {
  try {
    return await applyOnce(api, manifest, options);
  } catch (error) {
    if (!(error instanceof Failure) || error.status !== 412) throw error;
    return applyOnce(api, manifest, options);
  }
}

async function applyOnce(api: Api, manifest: Manifest, options: WriteOptions): Promise<Applied> {
  const standing = await findObject(api, manifest);
  if (standing === null) {
    const object = await putObject(api, manifest, manifest.spec, { 'if-none-match': '*' }, options);
    return { result: 'created', object, differences: created(object.spec) };
  }
  const { object: before, etag } = standing;
  if (equalJson(before.spec, manifest.spec)) return { result: 'unchanged', object: before, differences: [] };
  const object = await putObject(api, manifest, manifest.spec, { 'if-match': etag }, options);
  const found = differences({ spec: before.spec }, { spec: object.spec });
  return { result: found.length === 0 ? 'unchanged' : 'changed', object, differences: found };
}
