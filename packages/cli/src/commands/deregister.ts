import { path } from '../api.ts';
import type { Call } from '../call.ts';
import { withEndpointHints } from '../endpoint-list.ts';
import type { EndpointName } from '../flags.ts';
import { plain } from '../output.ts';

/** An operator's act: it takes the endpoint off the list whoever owns it. A running owner registers it again. */
export async function deregister(call: Call, name: EndpointName): Promise<void> {
  const { project } = call.settings();
  const api = call.api();
  try {
    const { revision } = await api.call('DELETE', path`/v1/projects/${project}/services/${name.service}/endpoints/${name.instance}`);
    const document = { ...name, deregistered: true, revision };
    call.output.result({
      text: () => `deregistered ${plain(`${name.service}/${name.instance}`)}${revision === null ? '' : `, revision ${revision}`}`,
      document,
      lines: [document],
    });
  } catch (error) {
    throw await withEndpointHints(error, api, project, name);
  }
}
