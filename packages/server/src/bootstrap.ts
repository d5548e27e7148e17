import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId, type Stored } from '@miko/model';
import type { Store } from '@miko/store';
import { newSecret } from './access/identity.ts';
import type { View } from './directory/view.ts';

const by = { actor: 'miko', requestId: 'first-start' };

/** What exists from the first start: the project `default`, and an admin token that only this data directory holds. */
export async function bootstrap(store: Store, view: View, dataDir: string): Promise<void> {
  if (view.object('project', null, 'default') === null && view.revision === 0) {
    await create(store, object('prj', 'project', 'default', { description: 'Where everything lies that names no other project', create_services: true }), null);
  }
  const tokens = view.objects.get('token')?.get(null);
  if (tokens === undefined || tokens.size === 0) {
    const secret = newSecret();
    // The file first: a token that nobody can read would lock everybody out.
    keep(dataDir, secret.text);
    await create(store, object('tok', 'token', 'admin', { description: 'Made at the first start', role: 'admin', project: null, audience: 'internal' }), secret.hash);
  }
}

/** Two Mikos may start at once on one database: whoever comes second finds the object there. */
async function create(store: Store, made: Stored, secret: Buffer | null): Promise<void> {
  await store.writeObject(by, async tx => ((await tx.find(made.kind, null, made.name)) === null ? { operation: 'create', object: made, secret } : null));
}

function object(prefix: string, kind: string, name: string, spec: Stored['spec']): Stored {
  return { id: newId(prefix), kind, name, project: null, revision: 0, createdAt: '', updatedAt: '', spec, status: {} };
}

function keep(dataDir: string, secret: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'admin-token');
  writeFileSync(`${file}.new`, `${secret}\n`, { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}
