import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newestApiDate, newId, pluralOf, project, token, type Kind, type Stored } from '@miko/model';
import { StoreError, type Attribution, type Store } from '@miko/store';
import { newSecret } from './access/identity.ts';
import type { View } from './directory/view.ts';

const by: Attribution = { actor: 'miko', credential: null, requestId: 'first-start', remote: null, userAgent: null };

/**
 * What exists from the first start: the project `default`, and an admin token that only this data directory holds. Resolves to
 * the file of that token, or to null where the file is not there or is another database's.
 */
export async function bootstrap(store: Store, view: View, dataDir: string): Promise<string | null> {
  if (view.object('project', null, 'default') === null && view.revision === 0) {
    await create(store, project, object(project, 'default', { description: 'Where everything lies that names no other project', create_services: true }), null);
  }
  recover(view, dataDir);
  const place = join(dataDir, TOKEN_FILE);
  if (view.objects.of('token', null).size > 0) return holdsKnown(view, place) ? place : null;
  const secret = newSecret();
  // The file first: a token that nobody can read would lock everybody out. In place only when it is the token there is.
  const file = keep(dataDir, secret.text);
  const made = object(token, 'admin', { description: 'Made at the first start', role: 'admin', project: null, audience: 'internal' });
  if (await create(store, token, made, secret.hash)) {
    renameSync(file, place);
    return place;
  }
  rmSync(file);
  return null;
}

const TOKEN_FILE = 'admin-token';

function holdsKnown(view: View, file: string): boolean {
  try {
    return isKnown(view, file);
  } catch {
    // It is not there, or not for this user to read.
    return false;
  }
}

/** A first start that was killed between making the token and putting its file in place has left it beside. */
function recover(view: View, dataDir: string): void {
  if (existsSync(join(dataDir, TOKEN_FILE)) || !existsSync(dataDir)) return;
  for (const name of readdirSync(dataDir).filter(name => name.startsWith(`${TOKEN_FILE}.`))) {
    const file = join(dataDir, name);
    if (isKnown(view, file)) return renameSync(file, join(dataDir, TOKEN_FILE));
    rmSync(file);
  }
}

const isKnown = (view: View, file: string): boolean => view.identities.identify(`Bearer ${readFileSync(file, 'utf8').trim()}`) !== null;

/** Whether this Miko made it. Two may start at once on one database: whoever comes second finds the object there. */
async function create(store: Store, kind: Kind, made: Stored, secret: Buffer | null): Promise<boolean> {
  try {
    return (await store.writeObject(by, async tx => ((await tx.find(made.kind, null, made.name)) === null ? { operation: 'create', object: made, secret, most: kind.limits.perParent, quotaName: pluralOf(kind) } : null))) !== null;
  } catch (error) {
    if (error instanceof StoreError && error.code === 'conflict') return false;
    throw error;
  }
}

function object(kind: Kind, name: string, spec: Stored['spec']): Stored {
  const status = kind.status.initial(spec, { apiDate: newestApiDate });
  return { id: newId(kind.idPrefix), kind: kind.name, name, project: null, revision: 0, createdAt: '', updatedAt: '', spec, status };
}

function keep(dataDir: string, secret: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, `${TOKEN_FILE}.${randomBytes(6).toString('hex')}`);
  writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  return file;
}
