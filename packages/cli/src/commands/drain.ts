import { setTimeout as delay } from 'node:timers/promises';
import { path, type Api } from '../api.ts';
import type { Call } from '../call.ts';
import { withEndpointHints } from '../endpoint-list.ts';
import { Failure } from '../failure.ts';
import type { EndpointName } from '../flags.ts';
import { plain } from '../output.ts';
import { renderTable } from '../table.ts';

export interface DrainAnswer {
  readonly revision: number;
  readonly waited_ms: number;
  /** Every watcher with a session has applied the revision. */
  readonly released: boolean;
  readonly holding: readonly { readonly session: string; readonly name: string; readonly applied: number | null }[];
  /** Watchers that cannot say what they have applied. */
  readonly unsessioned_watchers: number;
}

/** Miko is asked again each slice, so that people see who still holds it, and no call outlives a proxy's patience. */
const SLICE_MS = 5_000;

/** Drains, and waits until every watcher has let go; exit 7 when one still holds it after `waitMs` (0: no waiting). */
export async function drain(call: Call, name: EndpointName, flags: { readonly wait: number }): Promise<void> {
  const { project } = call.settings();
  const what = plain(`${name.service}/${name.instance}`);
  const answer = await drainAndWait(call.api(), project, name, {
    waitMs: flags.wait,
    onWait: ({ holding }) => call.output.note(`waiting for ${holding.map(holder => plain(holder.name)).join(', ')}`),
  });
  const document = { ...name, ...answer };
  call.output.result({ text: () => drainText(what, answer), document, lines: [document] });
  if (answer.unsessioned_watchers > 0) {
    call.output.note(`${watchers(answer.unsessioned_watchers)} without a session: whether they let go is not known.`);
  }
  if (flags.wait > 0 && !answer.released) {
    throw new Failure('timed_out', 'not_released', `${what} is draining, but still held after ${answer.waited_ms / 1000} s`, {
      hints: [`Ask again (it goes on waiting): miko drain ${what} --wait 60s`],
    });
  }
}

export async function undrain(call: Call, name: EndpointName): Promise<void> {
  const { project } = call.settings();
  const document = { ...name, revision: await undrainEndpoint(call.api(), project, name) };
  call.output.result({ text: () => `${plain(`${name.service}/${name.instance}`)} is active again, revision ${document.revision}`, document, lines: [document] });
}

/** Answers the revision at which it is active. */
export async function undrainEndpoint(api: Api, project: string, name: EndpointName): Promise<number> {
  try {
    const { body } = await api.call<{ readonly revision: number }>('POST', verbPath(project, name, 'undrain'));
    return body.revision;
  } catch (error) {
    throw await withEndpointHints(error, api, project, name);
  }
}

export interface DrainWait {
  readonly waitMs: number;
  /** Called each time some watcher still holds it. */
  readonly onWait?: (answer: DrainAnswer) => void;
  /** Once aborted, it is not waited for any longer. */
  readonly hurry?: AbortSignal;
}

/** `waited_ms` of the answer is the whole wait, over all slices. */
export async function drainAndWait(api: Api, project: string, name: EndpointName, { waitMs, onWait, hurry }: DrainWait): Promise<DrainAnswer> {
  const began = performance.now();
  // Whoever may be in a hurry is not kept for a whole slice.
  const sliceMs = hurry === undefined ? SLICE_MS : 1000;
  for (;;) {
    const leftMs = Math.max(0, waitMs - (performance.now() - began));
    const answer = await ask(api, project, name, Math.ceil(Math.min(leftMs, sliceMs) / 1000));
    const waitedMs = Math.round(performance.now() - began);
    if (answer.released || waitedMs >= waitMs || hurry?.aborted === true) return { ...answer, waited_ms: waitedMs };
    onWait?.(answer);
    // A server that answers at once instead of waiting is not asked in a tight loop.
    await delay(Math.min(200, waitMs - waitedMs));
  }
}

async function ask(api: Api, project: string, name: EndpointName, waitSeconds: number): Promise<DrainAnswer> {
  try {
    const { body } = await api.call<DrainAnswer>('POST', verbPath(project, name, 'drain'), {
      query: { wait_seconds: waitSeconds },
      timeoutMs: waitSeconds * 1000 + 15_000,
    });
    return body;
  } catch (error) {
    throw await withEndpointHints(error, api, project, name);
  }
}

const verbPath = (project: string, name: EndpointName, verb: 'drain' | 'undrain'): string =>
  `${path`/v1/projects/${project}/services/${name.service}/endpoints/${name.instance}`}:${verb}`;

function drainText(what: string, answer: DrainAnswer): string {
  if (answer.released) return `${what} is draining and no watcher holds it any more (${answer.waited_ms} ms), revision ${answer.revision}`;
  const head = `${what} is draining, revision ${answer.revision}; held by ${watchers(answer.holding.length)}:`;
  return `${head}\n\n${renderTable(['WATCHER', 'SESSION', 'APPLIED'], answer.holding.map(holder => [holder.name, holder.session, holder.applied]))}`;
}

const watchers = (count: number): string => (count === 1 ? '1 watcher' : `${count} watchers`);
