import { path } from '../api.ts';
import type { Call } from '../call.ts';
import { addressOf, fetchList, withEndpointHints, type ListedEndpoint } from '../endpoint-list.ts';
import type { EndpointName } from '../flags.ts';
import { plain, styled } from '../output.ts';
import { renderTable } from '../table.ts';

export interface Explanation {
  readonly instance: string;
  readonly service: string;
  readonly listed: boolean;
  /** In the order in which each is needed for the next. */
  readonly steps: readonly {
    readonly step: 'registered' | 'session' | 'health' | 'override' | 'listed' | 'delivered';
    readonly ok: boolean;
    readonly text: string;
  }[];
  readonly probe: { readonly at: string; readonly text: string } | null;
  readonly watchers: readonly { readonly session: string; readonly name: string; readonly applied: number | null; readonly seen: boolean }[];
  readonly unsessioned_watchers: number;
  readonly revision: number;
}

/** Why an endpoint is in the list or out of it, and which watchers have seen that. */
export async function explainEndpoint(call: Call, name: EndpointName): Promise<void> {
  const { project } = call.settings();
  const api = call.api();
  try {
    const [list, { body }] = await Promise.all([
      fetchList(api, project, { service: name.service, health: 'any' }),
      api.call<Explanation>('GET', `${path`/v1/projects/${project}/services/${name.service}/endpoints/${name.instance}`}:explain`),
    ]);
    const endpoint = list.services[name.service]?.endpoints.find(({ instance }) => instance === name.instance) ?? null;
    const document = { ...body, endpoint };
    call.output.result({ text: () => explanationText(body, endpoint), document, lines: [document] });
  } catch (error) {
    throw await withEndpointHints(error, api, project, name);
  }
}

export function explanationText(explanation: Explanation, endpoint: ListedEndpoint | null): string {
  const { steps, watchers } = explanation;
  const broken = steps.findIndex(step => !step.ok);
  const where = endpoint === null ? '' : ` (${plain(addressOf(endpoint))}, ${endpoint.health}, ${endpoint.state})`;
  const lines = [
    `${plain(`${explanation.service}/${explanation.instance}`)}${where} is ${explanation.listed ? 'in' : 'NOT in'} the endpoint list, revision ${explanation.revision}`,
    '',
    ...steps.map((step, at) => {
      const line = `  ${step.ok ? 'ok' : 'no'}  ${step.step.padEnd(10)}  ${plain(step.text)}`;
      return at === broken ? styled('bold', line) : line;
    }),
  ];
  if (explanation.probe !== null) lines.push('', `last probe ${plain(explanation.probe.at)}: ${plain(explanation.probe.text)}`);
  if (watchers.length > 0) {
    const rows = watchers.map(watcher => [
      watcher.name,
      watcher.session,
      watcher.applied,
      watcher.seen ? { text: 'yes', style: 'green' as const } : { text: 'not yet', style: 'yellow' as const },
    ]);
    lines.push('', renderTable(['WATCHER', 'SESSION', 'APPLIED', 'SEEN'], rows).trimEnd());
  }
  const silent = explanation.unsessioned_watchers;
  if (silent > 0) lines.push('', `${silent} ${silent === 1 ? 'watcher' : 'watchers'} without a session: what they have seen is not known.`);
  if (watchers.length === 0 && silent === 0) lines.push('', 'Nobody watches this service.');
  return `${lines.join('\n')}\n`;
}
