import { createHash } from 'node:crypto';
import { path, type Api } from '../api.ts';
import { drainAndWait, undrainEndpoint, type DrainAnswer } from '../commands/drain.ts';
import { Failure } from '../failure.ts';
import type { EndpointName } from '../flags.ts';

/**
 * The drain that `miko run` makes before it stops its program. An override outlives the registration it speaks of, so
 * it must be taken back, also after a kill in the middle; and an operator's own drain must not be. The override's name
 * tells them apart: ours is derived from the endpoint's.
 */
const REASON = 'miko run is stopping it';

const overrideName = ({ service, instance }: EndpointName): string =>
  `run-${createHash('sha256').update(`${service}/${instance}`).digest('hex').slice(0, 32)}`;

/** Drains and waits for the watchers; answers how to take the drain back (nothing, when it is an operator's). */
export async function drainOwn(
  api: Api,
  project: string,
  name: EndpointName,
  waitMs: number,
  hurry: AbortSignal,
): Promise<{ readonly answer: DrainAnswer; readonly takeBack: () => Promise<void> }> {
  const ours = await createOverride(api, project, name);
  const takeBack = async (): Promise<void> => {
    if (ours) await undrainEndpoint(api, project, name);
  };
  return { answer: await drainAndWait(api, project, name, { waitMs, hurry }), takeBack };
}

/** Takes back what a run that was killed while it drained has left. */
export async function takeBackLeftOver(api: Api, project: string, name: EndpointName): Promise<void> {
  const { status } = await api.call('GET', path`/v1/projects/${project}/endpoint-overrides/${overrideName(name)}`, { accept: [404] });
  if (status === 200) await undrainEndpoint(api, project, name);
}

/** False where the endpoint has an override already. */
async function createOverride(api: Api, project: string, name: EndpointName): Promise<boolean> {
  const body = { name: overrideName(name), spec: { ...name, state: 'draining', weight: null, reason: REASON } };
  try {
    await api.call('POST', path`/v1/projects/${project}/endpoint-overrides`, { body });
    return true;
  } catch (error) {
    if (error instanceof Failure && error.exit === 'conflict') return false;
    throw error;
  }
}
