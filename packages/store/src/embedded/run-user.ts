import { chownSync, readFileSync, statSync } from 'node:fs';
import { EmbeddedError } from './embedded-error.ts';
import { codeOf } from './system-error.ts';

/** The user PostgreSQL runs as. It refuses uid 0, so root lends it another one; anybody else runs it as themselves. */
export interface RunUser {
  readonly uid: number;
  /** For `spawn`: empty when no change of user is needed. */
  readonly spawnAs: { readonly uid: number; readonly gid: number } | Record<string, never>;
  /** Gives a file or folder made by this process to the run user. Returns the path. */
  own(path: string): string;
}

/**
 * Chooses the run user. Root runs PostgreSQL as the owner of the existing data folder (so that a folder made by an ordinary
 * user stays usable by that user), and as `nobody` where there is none; no user is created.
 *
 * @param clusterFolder PostgreSQL's own data folder, which may not exist yet
 * @throws EmbeddedError `data_folder` when the folder's owner and this process do not go together
 */
export function runUser(clusterFolder: string): RunUser {
  const me = process.geteuid?.() ?? 0;
  const owner = ownerOf(clusterFolder);
  if (me !== 0) {
    if (owner !== undefined && owner.uid !== me) {
      throw new EmbeddedError('data_folder', `${clusterFolder} belongs to uid ${owner.uid}, but this process runs as uid ${me}`);
    }
    return { uid: me, spawnAs: {}, own: (path) => path };
  }
  if (owner?.uid === 0) {
    throw new EmbeddedError('data_folder', `${clusterFolder} belongs to root, and PostgreSQL does not run as root: chown -R it to nobody`);
  }
  const spawnAs = owner ?? nobody();
  return {
    uid: spawnAs.uid,
    spawnAs,
    own: (path) => {
      chownSync(path, spawnAs.uid, spawnAs.gid);
      return path;
    },
  };
}

function ownerOf(folder: string): { uid: number; gid: number } | undefined {
  try {
    const { uid, gid } = statSync(folder);
    return { uid, gid };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'ENOTDIR') throw new EmbeddedError('data_folder', `${folder} cannot be there: what lies above it is a file, and no folder`, error);
    throw new EmbeddedError('data_folder', `cannot look at ${folder}`, error);
  }
}

function nobody(): { uid: number; gid: number } {
  return nobodyIn(readPasswd());
}

/** `nobody` as /etc/passwd has it; 65534, its usual number, where the file does not name it (minimal containers). */
export function nobodyIn(passwd: string): { uid: number; gid: number } {
  const entry = /^nobody:[^:]*:(\d+):(\d+):/m.exec(passwd);
  return { uid: Number(entry?.[1] ?? 65534), gid: Number(entry?.[2] ?? 65534) };
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}
