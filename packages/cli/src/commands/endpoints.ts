import type { Call } from '../call.ts';
import { addressOf, fetchList, unknownServices, type EndpointList, type ListedEndpoint, type ListedService } from '../endpoint-list.ts';
import { plain } from '../output.ts';
import { healthCell, stateCell } from '../state-words.ts';
import { renderTable } from '../table.ts';

export interface EndpointsFlags {
  readonly zone?: string;
  readonly tag?: readonly string[];
  readonly health?: string;
  readonly audience?: string;
}

/** The endpoint list as clients get it; an unknown service among those asked for is a failure after the rest is printed. */
export async function endpoints(call: Call, services: readonly string[], flags: EndpointsFlags): Promise<void> {
  const { project } = call.settings();
  const list = await fetchList(call.api(), project, {
    ...(services.length === 0 ? {} : { service: services.join(',') }),
    ...flags,
  });
  const isAny = Object.keys(list.services).length === 0 || Object.values(list.services).some(({ state }) => state !== 'unknown');
  // A head without rows would be all there is to say of names that nobody knows.
  call.output.result({ text: () => (isAny ? endpointTable(list) : ''), document: list, lines: endpointLines(list) });
  for (const [name, service] of sorted(list)) {
    if (service.state === 'empty') call.output.note(`${plain(name)} is known but empty: ${plain(service.cause ?? 'no reason given')}`);
  }
  const unknown = sorted(list).flatMap(([name, service]) => (service.state === 'unknown' ? [name] : []));
  if (unknown.length > 0) throw await unknownServices(call.api(), project, unknown);
  if (Object.keys(list.services).length === 0) call.output.note('No services yet. Register one: miko register web/web-1 127.0.0.1:8080');
}

export function endpointTable(list: EndpointList): string {
  const rows = sorted(list).flatMap(([name, service]) => service.endpoints.map(endpoint => rowOf(name, endpoint)));
  return renderTable(['SERVICE', 'INSTANCE', 'ADDRESS', 'PROTOCOL', 'ZONE', 'WEIGHT', 'HEALTH', 'STATE', 'TAGS'], rows);
}

/** One line for each endpoint, and one for each service without any, so that no answer is lost between them. */
export function endpointLines(list: EndpointList): readonly unknown[] {
  return sorted(list).flatMap(([name, service]): readonly unknown[] =>
    service.endpoints.length > 0
      ? service.endpoints.map(endpoint => ({ service: name, ...endpoint }))
      : [{ service: name, instance: null, service_state: service.state, cause: service.cause ?? null }],
  );
}

function rowOf(service: string, endpoint: ListedEndpoint): Parameters<typeof renderTable>[1][number] {
  const { instance, protocol, zone, weight, tags } = endpoint;
  return [service, instance, addressOf(endpoint), protocol, zone, weight, healthCell(endpoint), stateCell(endpoint), tags.join(',')];
}

const sorted = (list: EndpointList): readonly (readonly [string, ListedService])[] =>
  Object.entries(list.services).sort(([a], [b]) => (a < b ? -1 : 1));
