import type { Kind } from '@miko/model';
import type { Operation } from '@miko/server';
import type { Case, Subject } from './case.ts';
import { access } from './cases/access.ts';
import { bodies } from './cases/bodies.ts';
import { commands } from './cases/cli.ts';
import { documented } from './cases/document.ts';
import { general } from './cases/general.ts';
import { http } from './cases/http.ts';
import { idempotency } from './cases/idempotency.ts';
import { life } from './cases/life.ts';
import { limits } from './cases/limits.ts';
import { lists } from './cases/lists.ts';
import { patches } from './cases/patches.ts';
import { preconditions } from './cases/preconditions.ts';
import { trace } from './cases/trace.ts';
import { versions } from './cases/versions.ts';
import { watches } from './cases/watches.ts';

/** What is proved of every kind, and of every declared operation. */
const ofKinds = [life, preconditions, patches, lists, idempotency, limits, access, trace, watches, versions, commands];
const ofOperations = [bodies, http, documented];

/** A case with the kind it is about; `endpoints` stands for what belongs to no kind. */
export interface Planned extends Case {
  readonly subject: string;
}

/** All cases, made from the kinds and the declared operations and from nothing else. Those that fill something come last. */
export function plan(kinds: readonly Kind[], operations: readonly Operation[]): Planned[] {
  const all = [
    ...kinds.flatMap(kind => ofKinds.flatMap(chapter => about(kind.name, chapter({ kind, kinds, operations } satisfies Subject)))),
    ...operations.flatMap(operation => ofOperations.flatMap(chapter => about(operation.kind?.name ?? 'endpoints', chapter(operation, operations)))),
    ...about('endpoints', general(operations)),
  ];
  // Children before their parents: a full kind takes no more places.
  return [...all.filter(one => one.last !== true), ...all.filter(one => one.last === true).toReversed()];
}

const about = (subject: string, cases: readonly Case[]): Planned[] => cases.map(one => ({ ...one, subject }));
