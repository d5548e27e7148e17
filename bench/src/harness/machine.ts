/** What the figures were measured on. Absolute figures belong to this machine; only the ratios travel. */
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { finish, startChild } from './children.ts';
import { fileSystem, scratch } from './scratch.ts';

export type Machine = {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory_gb: number;
  readonly kernel: string;
  readonly system: string;
  readonly file_system: string;
  readonly node: string;
  readonly postgres: string | null;
  readonly etcd: string | null;
  readonly wrk: string | null;
  readonly h2load: string | null;
};

/** `postgres` is what the server under test really runs; null when none was seen. */
export async function describeMachine(postgres: string | null): Promise<Machine> {
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 1e9),
    kernel: release(),
    system: systemName(),
    file_system: fileSystem(scratch()),
    node: process.version,
    postgres,
    etcd: await version('etcd', ['--version'], /etcd Version: (\S+)/),
    wrk: await version('wrk', ['--version'], /wrk (\S+)/),
    h2load: await version('h2load', ['--version'], /nghttp2\/(\S+)/),
  };
}

/** The version a program tells about itself; null when it is not there or says nothing of the form. */
export async function version(command: string, args: readonly string[], form: RegExp): Promise<string | null> {
  try {
    const { output } = await finish(await startChild(command, args), 10_000);
    return form.exec(output)?.[1] ?? null;
  } catch {
    return null;
  }
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform;
  } catch {
    return process.platform;
  }
}
