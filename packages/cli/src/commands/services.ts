import type { Call } from '../call.ts';
import { fetchList, type EndpointList } from '../endpoint-list.ts';
import { wordCell } from '../state-words.ts';
import { renderTable } from '../table.ts';

export interface ServiceRow {
  readonly name: string;
  /** As a client sees it: `known` lists at least one endpoint. */
  readonly state: 'known' | 'empty' | 'unknown';
  readonly cause: string | null;
  readonly listed: number;
  readonly registered: number;
  readonly revision: number;
}

export async function services(call: Call): Promise<void> {
  const rows = await fetchServices(call);
  call.output.result({ text: () => serviceTable(rows), document: { services: rows }, lines: rows });
  if (rows.length === 0) call.output.note('No services yet. Register one: miko register web/web-1 127.0.0.1:8080');
}

export async function fetchServices(call: Call): Promise<readonly ServiceRow[]> {
  const { project } = call.settings();
  const [served, all] = await Promise.all([fetchList(call.api(), project, {}), fetchList(call.api(), project, { health: 'any' })]);
  return serviceRows(served, all);
}

/** Joins what clients get (state, cause, listed) with what is registered; a service that only one of the two answers shows counts. */
export function serviceRows(served: EndpointList, all: EndpointList): readonly ServiceRow[] {
  return [...new Set([...Object.keys(served.services), ...Object.keys(all.services)])].sort().map(name => {
    const shown = served.services[name];
    const every = all.services[name];
    return {
      name,
      state: shown?.state ?? 'empty',
      cause: shown?.cause ?? null,
      listed: shown?.endpoints.length ?? 0,
      registered: every?.endpoints.length ?? 0,
      revision: Math.max(shown?.revision ?? 0, every?.revision ?? 0),
    };
  });
}

const serviceTable = (rows: readonly ServiceRow[]): string =>
  renderTable(
    ['SERVICE', 'STATE', 'CAUSE', 'LISTED', 'REGISTERED', 'REVISION'],
    rows.map(row => [row.name, wordCell(row.state), row.cause, row.listed, row.registered, row.revision]),
  );
