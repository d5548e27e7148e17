import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../json.ts';
import { describe, MikoError } from '../problem.ts';
import { readList } from '../wire.ts';
import type { WireList } from '../wire.ts';

/**
 * The last good lists on disk, so that a process can start and call while Miko is down. One file for each Miko and
 * project, shared by all processes of the user, in any language: each writes the services it watches over what the
 * others left there. Two that write at the same moment may lose one of the two updates until the next change, never the
 * file: it is replaced by rename. It is not synced: one that was torn by a power cut serves nothing, and is replaced by
 * the next change.
 */
export type Cache = {
  /** The lists of earlier runs, never older than the file; null when there is none. Throws `cache_failed`. */
  readonly load: () => Saved | null;
  /** Throws `cache_failed`; then the file is what it was. */
  readonly store: (lists: ReadonlyMap<string, WireList>, now: number) => void;
};

export type Saved = { readonly savedAt: number; readonly lists: ReadonlyMap<string, WireList> };

const FORMAT = 1;
const MAX_BYTES = 8 * 1024 * 1024;

export function createCache(dir: string, url: string, project: string, maxBytes = MAX_BYTES): Cache {
  const key = createHash('sha256').update(`${url}\n${project}`).digest('hex').slice(0, 24);
  const file = join(dir, `${key}.json`);

  return {
    load: () => guarded('read', load),
    store: (lists, now) => guarded('write', () => store(lists, now)),
  };

  function load(): Saved | null {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    // Somebody else's file could send this process's requests anywhere.
    if (process.getuid !== undefined && stat.uid !== process.getuid()) throw new ForeignFile('it belongs to another user');
    if (stat.size > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
    return readSaved(JSON.parse(readFileSync(file, 'utf8')));
  }

  function store(lists: ReadonlyMap<string, WireList>, now: number): void {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    // The services of this process come first: when there is no room for all, others lose theirs.
    const kept = new Map([...lists, ...[...others()].filter(([service]) => !lists.has(service))]);
    const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
    try {
      writeFileSync(temporary, encode(kept, now), { mode: 0o600, flag: 'wx' });
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  /** What the file holds already; an unreadable one is replaced, one of another user is not. */
  function others(): ReadonlyMap<string, WireList> {
    try {
      return load()?.lists ?? new Map<string, WireList>();
    } catch (error) {
      if (error instanceof ForeignFile) throw error;
      return new Map<string, WireList>();
    }
  }

  function encode(lists: ReadonlyMap<string, WireList>, now: number): string {
    const head = `{"format":${FORMAT},"url":${JSON.stringify(url)},"project":${JSON.stringify(project)},"saved_at":${now},"services":{`;
    let left = maxBytes - Buffer.byteLength(head) - 3;
    const entries: string[] = [];
    for (const [service, list] of lists) {
      const entry = `${JSON.stringify(service)}:${JSON.stringify(list)}`;
      const bytes = Buffer.byteLength(entry) + 1;
      if (bytes > left) continue;
      left -= bytes;
      entries.push(entry);
    }
    return `${head}${entries.join(',')}}}\n`;
  }

  function guarded<T>(verb: string, act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw new MikoError('cache_failed', `cannot ${verb} the endpoint cache ${file}: ${describe(error)}`, { cause: error });
    }
  }
}

function readSaved(value: unknown): Saved {
  if (!isRecord(value) || value.format !== FORMAT) throw new Error(`it is not of format ${FORMAT}`);
  const { saved_at: savedAt, services } = value;
  if (typeof savedAt !== 'number' || !isRecord(services)) throw new Error('it holds no lists');
  return { savedAt, lists: new Map(Object.entries(services).map(([name, list]) => [name, readList(list, name)])) };
}

class ForeignFile extends Error {}
