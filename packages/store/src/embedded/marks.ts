import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { identityOf, type ProcessEntry } from './process-table.ts';

/**
 * How a PostgreSQL started by Miko is recognised among all processes: by settings on its command line that name the data folder
 * (device and inode, so neither a second path nor a copy of the folder confuses) and the Miko process that owns the server.
 */
export interface Marks {
  /** `<device>.<inode>` of the data folder. */
  readonly folder: string;
}

export function marksOf(clusterFolder: string): Marks {
  const { dev, ino } = statSync(clusterFolder, { bigint: true });
  return { folder: `${dev}.${ino}` };
}

/** The settings that mark a server of this process. `cluster_name` comes back in the process title of each of its children. */
export function markSettings(marks: Marks): Record<string, string> {
  return { 'miko.folder': marks.folder, 'miko.owner': identityOf(process.pid), cluster_name: clusterName(marks) };
}

export function isPostmaster(entry: ProcessEntry, marks: Marks): boolean {
  return entry.live && isPostgres(entry) && entry.args.includes(`miko.folder=${marks.folder}`);
}

/** Any PostgreSQL server, also one started by hand. */
export function isPostgres(entry: ProcessEntry): boolean {
  return basename(entry.args[0] ?? '') === 'postgres';
}

/** A backend or background process of a server on this folder, going by its title. */
export function isChild(entry: ProcessEntry, marks: Marks): boolean {
  return entry.live && (entry.args[0] ?? '').startsWith(`postgres: ${clusterName(marks)}: `);
}

/** The identity of the Miko that started this server (see `identityOf`). */
export function ownerOf(postmaster: ProcessEntry): string {
  return settingOf(postmaster, 'miko.owner') ?? '';
}

/** A setting on a server's command line. */
export function settingOf(postmaster: ProcessEntry, name: string): string | undefined {
  return postmaster.args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
}

function clusterName(marks: Marks): string {
  return `miko-${marks.folder}`;
}
