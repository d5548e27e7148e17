import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Where files of the archive lie. Names are `stream/file`; a name always stands for the same content. */
export interface ArchiveTarget {
  /** Resolves when it is there to stay. */
  put(name: string, bytes: Buffer): Promise<void>;
  /** Null: there is no such file. */
  get(name: string): Promise<Buffer | null>;
}

/** A directory: where several Mikos share a database it has to be one that all of them see. */
export class DirectoryTarget implements ArchiveTarget {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Beside its place first, on the disk, then in its place: nobody ever reads a half of it. */
  async put(name: string, bytes: Buffer): Promise<void> {
    const path = resolve(this.#folder, name);
    const made = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const beside = `${path}.part`;
    await rm(beside, { force: true });
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
    // A file is there to stay once its name is, and the names of the directories that were made for it.
    const top = made === undefined ? dirname(path) : dirname(resolve(made));
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      await syncFolder(folder);
      if (folder === top) break;
    }
  }

  async get(name: string): Promise<Buffer | null> {
    try {
      return await readFile(join(this.#folder, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
