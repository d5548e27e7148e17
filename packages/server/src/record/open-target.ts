import type { Config } from '../config.ts';
import { ArchiveError } from './archive-file.ts';
import { DirectoryTarget, type ArchiveTarget } from './archive-target.ts';
import { S3Target } from './s3-target.ts';

/** Where this Miko is told to keep what leaves the database; null: it is told no place. */
export function openTarget(archive: Config['archive']): ArchiveTarget | null {
  if (archive === null) return null;
  return typeof archive === 'string' ? new DirectoryTarget(archive) : new S3Target(archive);
}

/** Where there is none: what another Miko archived cannot be read here. */
export const noTarget: ArchiveTarget = {
  put: () => Promise.reject(new ArchiveError('this Miko has no archive: set MIKO_ARCHIVE')),
  get: () => Promise.reject(new ArchiveError('this Miko has no archive: set MIKO_ARCHIVE')),
};
