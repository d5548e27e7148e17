import { isIP } from 'node:net';
import { path } from '../api.ts';
import type { Registration } from '@miko/model';
import type { Call } from '../call.ts';
import { confirm } from '../confirm.ts';
import { formatOf, type FileFormat } from '../connections/formats.ts';
import { importLimits, readConnections, type Connections, type FoundConnection } from '../connections/read-connections.ts';
import { hostAndPort } from '../endpoint-list.ts';
import { Failure, usage } from '../failure.ts';
import { didYouMean } from '../nearest-name.ts';
import { plain } from '../output.ts';
import { mustExist, readBounded } from '../read-file.ts';
import { renderTable } from '../table.ts';

export interface ImportFlags {
  readonly format?: FileFormat;
  readonly only?: readonly string[];
  readonly check: 'none' | 'tcp';
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

interface Registered extends FoundConnection {
  readonly result: 'registered' | 'up to date' | 'failed' | null;
  readonly error: string | null;
}

/** Shows what the file names, asks, and registers it as durable endpoints of the caller's token. */
export async function importConnections(call: Call, file: string, flags: ImportFlags): Promise<void> {
  const format = flags.format ?? formatOf(file);
  if (format === null) {
    if (file !== '-') await mustExist(file);
    throw usage(`What ${file} is cannot be told by its name`, 'Say it with --format yaml, json, env or toml.');
  }
  const connections = chosen(await readConnections(await readBounded(file, importLimits.bytes), format), flags.only);
  const { found, skipped } = connections;

  if (flags.dryRun === true || found.length === 0) {
    print(call, found.map(connection => ({ ...connection, result: null, error: null })), connections);
    call.output.note(found.length === 0 ? 'Nothing to register.' : `${count(found.length)} would be registered.`);
    return;
  }
  // Where nothing is asked, the one table is that of what came of it.
  const shown = flags.yes === true ? [] : found;
  call.output.note(tables(shown.map(connection => ({ ...connection, result: null, error: null })), skipped));
  warnOfLoopback(call, found);
  const { url, project } = call.settings();
  if (flags.yes !== true) await confirm(`Register ${count(found.length)} in project ${plain(project)} of ${url.origin}?`, call.output.format);

  const results: Registered[] = [];
  const failures: Failure[] = [];
  for (const connection of found) {
    try {
      results.push({ ...connection, result: await registerOne(call, connection, flags.check), error: null });
    } catch (error) {
      // Anything but a refusal of this one endpoint would meet the next one too.
      if (!(error instanceof Failure) || (error.exit !== 'conflict' && error.exit !== 'usage')) throw error;
      failures.push(error);
      results.push({ ...connection, result: 'failed', error: error.message });
    }
  }
  print(call, results, connections);
  const [first] = failures;
  if (first !== undefined) throw new Failure(first.exit, first.code, `${count(failures.length)} could not be registered: ${first.message}`, { flaws: first.flaws });
}

async function registerOne(call: Call, connection: FoundConnection, check: ImportFlags['check']): Promise<'registered' | 'up to date'> {
  const { project } = call.settings();
  const { service, instance, host, port, protocol, public_url: publicUrl } = connection;
  const body: Registration = {
    session: null,
    host,
    port,
    protocol,
    public_url: publicUrl,
    zone: null,
    weight: 100,
    tags: [],
    labels: { 'imported-from': connection.from.replace(/[^\x20-\x7e]/g, '?').slice(0, 256) },
    check: check === 'tcp' && protocol !== 'udp' ? { type: 'tcp', interval_ms: 5000, timeout_ms: 1000, rise: 1, fall: 3 } : null,
  };
  const { status } = await call.api().call('PUT', path`/v1/projects/${project}/services/${service}/endpoints/${instance}`, { body });
  return status === 201 ? 'registered' : 'up to date';
}

function chosen(connections: Connections, only: readonly string[] | undefined): Connections {
  if (only === undefined) return connections;
  const names = new Set(connections.found.map(({ service }) => service));
  const missing = only.filter(name => !names.has(name));
  if (missing.length > 0) {
    throw new Failure('not_found', 'not_found', `The file names no service ${missing.join(', ')}`, { hints: missing.flatMap(name => didYouMean(name, names)) });
  }
  return { ...connections, found: connections.found.filter(({ service }) => only.includes(service)) };
}

function print(call: Call, rows: readonly Registered[], { skipped }: Connections): void {
  call.output.result({ text: () => tables(rows, skipped), document: { found: rows, skipped }, lines: rows });
}

function tables(rows: readonly Registered[], skipped: Connections['skipped']): string {
  const done = rows.some(({ result }) => result !== null);
  const head = ['SERVICE', 'INSTANCE', 'ADDRESS', 'PROTOCOL', 'PUBLIC URL', 'FROM', ...(done ? ['RESULT'] : [])];
  const cells = rows.map(row => [
    row.service,
    row.instance,
    hostAndPort(row.host, row.port),
    row.protocol,
    row.public_url,
    row.from,
    ...(done ? [row.error ?? row.result] : []),
  ]);
  const left = done || skipped.length === 0 ? '' : `\nNot registered:\n${renderTable(['FROM', 'REASON'], skipped.map(({ from, reason }) => [from, reason]))}`;
  return `${rows.length === 0 ? '' : renderTable(head, cells)}${left}`;
}

function warnOfLoopback(call: Call, found: readonly FoundConnection[]): void {
  const local = found.filter(({ host }) => host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.')));
  if (local.length > 0) call.output.note(`${count(local.length)} at a loopback address: right only for callers on the same machine.`);
}

const count = (n: number): string => (n === 1 ? '1 endpoint' : `${n} endpoints`);
