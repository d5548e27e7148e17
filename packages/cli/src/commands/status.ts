import { path } from '../api.ts';
import type { Call } from '../call.ts';
import { Failure } from '../failure.ts';
import { plain, styled } from '../output.ts';
import { fetchServices, type ServiceRow } from './services.ts';

interface Readiness {
  readonly status: string;
  readonly reasons: readonly string[];
}

interface Version {
  readonly version: string;
  readonly newest_api_date: string;
}

/** Whether Miko is there and ready, which one it is, and what it holds. Exit 8 when it is not ready. */
export async function status(call: Call): Promise<void> {
  const { url, project } = call.settings();
  const api = call.api();
  const [readiness, { body: version }] = await Promise.all([
    api.call<Readiness>('GET', path`/readyz`, { accept: [503] }),
    api.call<Version>('GET', path`/version`),
  ]);
  const ready = readiness.status === 200;
  const held = ready ? await fetchServices(call) : null;
  const document = {
    url: url.origin,
    ready,
    reasons: readiness.body.reasons,
    version: version.version,
    api_date: version.newest_api_date,
    project,
    ...(held === null ? { services: null, endpoints: null } : summary(held)),
  };
  call.output.result({ text: () => statusText(document), document, lines: [document] });
  if (!ready) {
    throw new Failure('unreachable', 'not_ready', `Miko is not ready: ${readiness.body.reasons.join('; ')}`, { status: readiness.status });
  }
}

interface Summary {
  readonly services: { readonly known: number; readonly empty: number; readonly empty_names: readonly string[] };
  readonly endpoints: { readonly listed: number; readonly registered: number };
}

/** Of the empty services ten names are enough to go on with. */
export function summary(rows: readonly ServiceRow[]): Summary {
  const empty = rows.filter(row => row.state !== 'known');
  return {
    services: { known: rows.length - empty.length, empty: empty.length, empty_names: empty.slice(0, 10).map(row => row.name) },
    endpoints: { listed: sum(rows.map(row => row.listed)), registered: sum(rows.map(row => row.registered)) },
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

type Document = { readonly url: string; readonly ready: boolean; readonly version: string; readonly api_date: string; readonly project: string } & (
  | Summary
  | { readonly services: null; readonly endpoints: null }
);

function statusText(status: Document): string {
  const word = status.ready ? styled('green', 'ready') : styled('red', 'not ready');
  const lines = [`miko ${plain(status.version)} at ${status.url} is ${word} (API ${plain(status.api_date)})`, `project    ${plain(status.project)}`];
  if (status.services !== null) {
    const { known, empty, empty_names: names } = status.services;
    const which = empty === 0 ? '' : `: ${plain(names.join(', '))}${empty > names.length ? ', ...' : ''}`;
    lines.push(`services   ${known} with endpoints, ${empty} empty${which}`);
    lines.push(`endpoints  ${status.endpoints.listed} in the list, ${status.endpoints.registered} registered`);
  }
  return lines.join('\n');
}
