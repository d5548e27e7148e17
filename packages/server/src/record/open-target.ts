import type { Config } from '../config.ts';
import { DirectoryTarget, type ArchiveTarget } from './archive-target.ts';
import { S3Target } from './s3-target.ts';

/** Where this Miko is told to keep what leaves the database. */
export const openTarget = (archive: Config['archive']): ArchiveTarget => (typeof archive === 'string' ? new DirectoryTarget(archive) : new S3Target(archive));
