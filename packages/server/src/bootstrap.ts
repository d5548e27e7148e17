import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId, type Stored } from '@miko/model';
import { StoreError, type Store } from '@miko/store';
import { newSecret } from './access/identity.ts';
import type { View } from './directory/view.ts';

const by = { actor: 'miko', requestId: 'first-start' };

/** What exists from the first start: the project `default`, and an admin token that only this data directory holds. */
export async function bootstrap(store: Store, view: View, dataDir: string): Promise<void> {
  if (view.object('project', null, 'default') === null && view.revision === 0) {
    await create(store, object('prj', 'project', 'default', { description: 'Where everything lies that names no other project', create_services: true }), null);
  }
  recover(view, dataDir);
  const tokens = view.objects.get('token')?.get(null);
  if (tokens !== undefined && tokens.size > 0) return;
  const secret = newSecret();
  // The file first: a token that nobody can read would lock everybody out. In place only when it is the token there is.
  const file = keep(dataDir, secret.text);
  const made = object('tok', 'token', 'admin', { description: 'Made at the first start', role: 'admin', project: null, audience: 'internal' });
  if (await create(store, made, secret.hash)) renameSync(file, join(dataDir, TOKEN_FILE));
  else rmSync(file);
}

const TOKEN_FILE = 'admin-token';

/** A first start that was killed between making the token and putting its file in place has left it beside. */
function recover(view: View, dataDir: string): void {
  if (existsSync(join(dataDir, TOKEN_FILE)) || !existsSync(dataDir)) return;
  for (const name of readdirSync(dataDir).filter(name => name.startsWith(`${TOKEN_FILE}.`))) {
    const file = join(dataDir, name);
    if (view.identities.identify(`Bearer ${readFileSync(file, 'utf8').trim()}`) === null) rmSync(file);
    else return renameSync(file, join(dataDir, TOKEN_FILE));
  }
}

/** Whether this Miko made it. Two may start at once on one database: whoever comes second finds the object there. */
async function create(store: Store, made: Stored, secret: Buffer | null): Promise<boolean> {
  try {
    return (await store.writeObject(by, async tx => ((await tx.find(made.kind, null, made.name)) === null ? { operation: 'create', object: made, secret } : null))) !== null;
  } catch (error) {
    if (error instanceof StoreError && error.code === 'conflict') return false;
    throw error;
  }
}

function object(prefix: string, kind: string, name: string, spec: Stored['spec']): Stored {
  return { id: newId(prefix), kind, name, project: null, revision: 0, createdAt: '', updatedAt: '', spec, status: {} };
}

function keep(dataDir: string, secret: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, `${TOKEN_FILE}.${randomBytes(6).toString('hex')}`);
  writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  return file;
}
