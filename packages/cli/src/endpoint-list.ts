import type { ShownEndpoint } from '@miko/model';
import { path, type Api } from './api.ts';
import { Failure } from './failure.ts';
import { didYouMean, nearestNames } from './nearest-name.ts';
import type { EndpointName } from './flags.ts';

/** The endpoint list as Miko answers it. */
export interface EndpointList {
  readonly revision: number;
  readonly services: { readonly [name: string]: ListedService };
}

export interface ListedService {
  readonly state: 'known' | 'empty' | 'unknown';
  /** Why it is empty; null or absent while it is known. */
  readonly cause?: string | null;
  readonly revision?: number;
  readonly endpoints: readonly ListedEndpoint[];
}

/** A caller entitled to public addresses only gets neither host nor port. */
export type ListedEndpoint = Omit<ShownEndpoint, 'host' | 'port'> & Partial<Pick<ShownEndpoint, 'host' | 'port'>>;

export interface ListQuery {
  readonly service?: string;
  readonly zone?: string;
  readonly audience?: string;
  readonly health?: string;
  /** All of them must match. */
  readonly tag?: readonly string[];
}

export async function fetchList(api: Api, project: string, query: ListQuery): Promise<EndpointList> {
  const { body } = await api.call<EndpointList>('GET', path`/v1/projects/${project}/endpoints`, { query: { ...query } });
  return body;
}

export function addressOf(endpoint: ListedEndpoint): string {
  if (endpoint.host === undefined || endpoint.port === undefined) return endpoint.public_url ?? '';
  return hostAndPort(endpoint.host, endpoint.port);
}

export const hostAndPort = (host: string, port: number): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

/** Names the services that may have been meant; the list it asks for is the one that says a service is unknown. */
export async function unknownServices(api: Api, project: string, names: readonly string[]): Promise<Failure> {
  const known = Object.keys((await fetchList(api, project, {})).services);
  const words = names.length === 1 ? `There is no service ${names[0]}` : `There are no services ${names.join(', ')}`;
  return new Failure('not_found', 'not_found', `${words} in project ${project}`, {
    hints: names.flatMap(name => didYouMean(name, known)),
  });
}

/**
 * Adds to a 404 about an endpoint which one may have been meant. Any other failure, or one while asking for the list,
 * leaves it as it was.
 */
export async function withEndpointHints(failure: unknown, api: Api, project: string, wanted: EndpointName): Promise<unknown> {
  if (!(failure instanceof Failure) || failure.exit !== 'not_found') return failure;
  try {
    const { services } = await fetchList(api, project, { health: 'any' });
    const service = services[wanted.service];
    if (service === undefined || service.state === 'unknown') {
      return failure.withHints(...didYouMean(wanted.service, Object.keys(services)).map(hint => `No service ${wanted.service}. ${hint}`));
    }
    const near = nearestNames(wanted.instance, service.endpoints.map(({ instance }) => instance)).map(instance => `${wanted.service}/${instance}`);
    return failure.withHints(near.length > 0 ? `Did you mean ${near.join(', or ')}?` : `Look at: miko endpoints ${wanted.service} --health any`);
  } catch {
    return failure;
  }
}
