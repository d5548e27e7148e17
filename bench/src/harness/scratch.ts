/** The folder for data directories and generator files of one run; removed at its end. */
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const kinds = new Map([[0xef53, 'ext4'], [0x01021994, 'tmpfs'], [0x58465342, 'xfs'], [0x9123683e, 'btrfs'], [0x794c7630, 'overlay'], [0x2fc12fc1, 'zfs']]);

let folder: string | null = null;

/** One folder for the whole run. A file system in memory would make every sync free, so /var/tmp is taken where /tmp is one. */
export function scratch(): string {
  if (folder === null) {
    const parent = fileSystem(tmpdir()) === 'tmpfs' ? '/var/tmp' : tmpdir();
    const made = mkdtempSync(join(parent, 'miko-bench-'));
    process.on('exit', () => rmSync(made, { recursive: true, force: true, maxRetries: 5 }));
    folder = made;
  }
  return folder;
}

export function fileSystem(path: string): string {
  const { type } = statfsSync(path);
  return kinds.get(type) ?? `0x${type.toString(16)}`;
}
