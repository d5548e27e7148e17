import { randomBytes } from 'node:crypto';
import { kinds } from '@miko/model';
import type { Store } from '@miko/store';
import type { Operation } from '../api/operation.ts';
import { PageSigner } from '../api/objects/page-token.ts';
import { archiveOperations } from './archive-operations.ts';
import { Archiver } from './archiver.ts';
import { auditOperations } from './audit-operations.ts';
import { ageSeals, FailingTarget, log, writeChanges } from './record.test.support.ts';
import { Sealer } from './sealer.ts';

export interface World {
  readonly store: Store;
  readonly target: FailingTarget;
  readonly failures: unknown[];
  operation(id: string): Operation;
}

/** The operations over a store of their own and a target in memory. */
export async function world(stores: { open(): Promise<Store> }): Promise<World> {
  const store = await stores.open();
  const target = new FailingTarget();
  const failures: unknown[] = [];
  const host = { store, archive: target, signer: new PageSigner(randomBytes(32)), failed: (error: unknown) => void failures.push(error) };
  const operations = [...auditOperations(host, kinds), ...archiveOperations(host, kinds)];
  return { store, target, failures, operation: id => operations.find(one => one.id === id)! };
}

/** So many sealed changes, of which the first `archived` are in files. */
export async function recorded(w: World, count: number, archived = 0, rows = 10): Promise<void> {
  for (let at = 1; at <= count; at += 5) {
    await writeChanges(w.store, Math.min(5, count - at + 1), 100, at);
    await new Sealer(w.store.lease).runOnce();
  }
  await ageSeals(w.store, 100);
  const archiver = new Archiver({ store: w.store, target: w.target, log, auditDays: 90, rows });
  await w.store.pool.query('update counter set horizon = $1', [archived]);
  for (let at = 0; at <= archived; at += rows) await archiver.runOnce();
}
