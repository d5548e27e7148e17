import type { Registration } from '@miko/model';
import { path } from '../api.ts';
import type { Call } from '../call.ts';
import { addressOf, type ListedEndpoint } from '../endpoint-list.ts';
import { checkOf, type CheckFlags, type EndpointName } from '../flags.ts';
import { plain } from '../output.ts';

export interface RegisterFlags extends CheckFlags {
  readonly protocol: Registration['protocol'];
  readonly publicUrl?: string;
  readonly zone?: string;
  readonly weight: number;
  readonly tag?: readonly string[];
  readonly label?: Readonly<Record<string, string>>;
}

/** A durable endpoint: it belongs to the caller's token and stays until it is deregistered. */
export async function register(
  call: Call,
  name: EndpointName,
  address: { readonly host: string; readonly port: number },
  flags: RegisterFlags,
): Promise<void> {
  const { project } = call.settings();
  const body: Registration = {
    session: null,
    ...address,
    protocol: flags.protocol,
    public_url: flags.publicUrl ?? null,
    zone: flags.zone ?? null,
    weight: flags.weight,
    tags: flags.tag ?? [],
    labels: flags.label ?? {},
    check: checkOf(flags),
  };
  const answer = await call
    .api()
    .call<ListedEndpoint>('PUT', path`/v1/projects/${project}/services/${name.service}/endpoints/${name.instance}`, { body });
  const endpoint = answer.body;
  const what = `${name.service}/${name.instance}`;
  call.output.result({
    text: () => `${answer.status === 201 ? 'registered' : 'up to date'} ${plain(what)} at ${plain(addressOf(endpoint))}, revision ${endpoint.revision}`,
    document: endpoint,
    lines: [{ service: name.service, ...endpoint }],
  });
  if (endpoint.health === 'starting') {
    call.output.note(`It is listed once its check has passed. Why not yet: miko explain endpoint ${plain(what)}`);
  }
}
