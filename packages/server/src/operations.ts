import { kinds as everyKind, type Kind } from '@miko/model';
import { documentOperations } from './api/document/document-operations.ts';
import { limitsOperations } from './api/limits-operations.ts';
import { kindOperations } from './api/objects/kind-operations.ts';
import type { ObjectHost } from './api/objects/object-host.ts';
import type { Operation } from './api/operation.ts';
import { processOperations, type ProcessHost } from './api/process-operations.ts';
import type { Directory } from './directory/directory.ts';
import { drainOperations } from './directory/drain-operations.ts';
import { expiryOperations } from './directory/expiry-operations.ts';
import { explainOperations } from './directory/explain-operations.ts';
import { listOperations } from './directory/list-operations.ts';
import { registrationOperations } from './directory/registration-operations.ts';
import { sessionOperations } from './directory/session-operations.ts';
import { ainariOperations } from './faces/ainari/ainari-operations.ts';
import { archiveOperations } from './record/archive-operations.ts';
import { auditOperations, type RecordHost } from './record/audit-operations.ts';

/** What operations work with. */
export interface Parts {
  readonly kinds: readonly Kind[];
  readonly host: ObjectHost;
  readonly directory: Directory;
  readonly process: ProcessHost;
  readonly record: RecordHost;
}

/** Everything that can be asked of this Miko. */
export function operationsOf({ kinds, host, directory, process, record }: Parts): Operation[] {
  const all: Operation[] = [
    ...documentOperations({ operations: () => all }),
    ...processOperations(process),
    ...kinds.flatMap(kind => kindOperations(kind, kinds, host)),
    ...limitsOperations(kinds, host), ...auditOperations(record, kinds), ...archiveOperations(record, kinds),
    ...sessionOperations(directory), ...registrationOperations(directory), ...listOperations(directory),
    ...drainOperations(directory), ...explainOperations(directory), ...expiryOperations(directory),
    ...ainariOperations(directory),
  ];
  return all;
}

/** The same as declarations, not to be run: what an operation is does not depend on what it works with. */
export const declaredOperations = (kinds: readonly Kind[] = everyKind): Operation[] =>
  operationsOf({ kinds, host: {} as ObjectHost, directory: {} as Directory, process: { version: '0', notReady: () => [] }, record: {} as RecordHost });
