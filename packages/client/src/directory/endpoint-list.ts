import type { Http } from '../http.ts';
import { MikoError } from '../problem.ts';
import { readFrame } from '../wire.ts';
import type { Frame } from '../wire.ts';

/** The endpoint list of some services at one moment, with all their endpoints: what a snapshot of the stream says. */
export type ListedEndpoints = { readonly frame: Frame & { type: 'snapshot' }; readonly etag: string | null };

export type ListQuestion = {
  readonly project: string;
  readonly services: readonly string[];
  /** Miko answers when it has seen this revision, or `not_ready` after 5 s; null: at once. */
  readonly atLeast: number | null;
  /** Of the list that is held already; null without one. */
  readonly etag: string | null;
  readonly ended: AbortController;
};

/** Asks once; null when the list is still the one of `etag`. Throws a MikoError. */
export async function askEndpointList(http: Http, question: ListQuestion): Promise<ListedEndpoints | null> {
  const { project, services, atLeast, etag, ended } = question;
  const from = atLeast === null ? '' : `&at_least=${atLeast}`;
  const path = `/v1/projects/${encodeURIComponent(project)}/endpoints?service=${services.join(',')}&health=any${from}`;
  const changed = await http.getChanged(path, etag, ended);
  if (changed === null) return null;
  const frame = readFrame('snapshot', changed.text);
  if (frame.type !== 'snapshot') throw new MikoError('bad_answer', "Miko's endpoint list cannot be read");
  return { frame, etag: changed.etag };
}
