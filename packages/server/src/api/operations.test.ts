import { kinds, pluralOf, unbounded } from '@miko/model';
import { describe, expect, it } from 'vitest';
import { drainOperations } from '../directory/drain-operations.ts';
import type { Directory } from '../directory/directory.ts';
import { expiryOperations } from '../directory/expiry-operations.ts';
import { explainOperations } from '../directory/explain-operations.ts';
import { listOperations } from '../directory/list-operations.ts';
import { registrationOperations } from '../directory/registration-operations.ts';
import { sessionOperations } from '../directory/session-operations.ts';
import { kindOperations, type ObjectHost } from './kind-operations.ts';
import type { Operation } from './operation.ts';
import { processOperations } from './process-operations.ts';
import { Router } from './router.ts';

/** Declared, never run: what an operation is does not depend on what it works with. */
const directory = {} as Directory;
const host = {} as ObjectHost;
const operations: readonly Operation[] = [
  ...processOperations({ version: '0', notReady: () => [] }), ...kinds.flatMap(kind => kindOperations(kind, host)),
  ...sessionOperations(directory), ...registrationOperations(directory), ...listOperations(directory),
  ...drainOperations(directory), ...explainOperations(directory), ...expiryOperations(directory),
];

describe.each(operations.map(operation => [operation.id, operation] as const))('%s', (_, operation) => {
  it('takes nothing without a bound', () => {
    expect(operation.body === null ? [] : unbounded(operation.body)).toEqual([]);
    expect(operation.bodyBytes).toBeGreaterThan(0);
    expect(operation.bodyBytes).toBeLessThanOrEqual(1_048_576);
  });

  it('has an id of its own in snake_case, and says what it does', () => {
    expect(operation.id).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(operations.filter(({ id }) => id === operation.id)).toHaveLength(1);
    expect(operation.summary).toMatch(/^[A-Z].{5,100}[^.]$/);
  });

  it('needs a credential, unless it is livez, readyz or version', () => {
    expect(operation.action === null).toBe(['livez', 'readyz', 'version'].includes(operation.id));
  });

  it('needs more than a reader where it writes', () => {
    if (operation.method !== 'GET') expect(operation.action?.role).not.toBe('reader');
  });

  it('lies under /v1, in lower case with hyphens, actions by POST or GET', () => {
    if (operation.action !== null) expect(operation.path).toMatch(/^\/v1(\/([a-z-]+|\{[a-z_]+\}))+(:[a-z_]+)?$/);
    if (/:[a-z_]+$/.test(operation.path)) expect(['POST', 'GET']).toContain(operation.method);
  });
});

describe('every kind', () => {
  it.each(kinds.map(kind => [kind.name, kind] as const))('%s has its five operations, under its parent', (name, kind) => {
    const base = `/v1${kind.parent === null ? '' : `/${pluralOf(kind.parent)}/{${kind.parent.name}}`}/${pluralOf(kind)}`;
    const mine = operations.filter(({ id }) => new RegExp(`^${name}_(create|list|get|replace|delete)$`).test(id));
    expect(mine.map(({ id, method }) => [id, method])).toEqual([
      [`${name}_create`, 'POST'], [`${name}_list`, 'GET'], [`${name}_get`, 'GET'], [`${name}_replace`, 'PUT'], [`${name}_delete`, 'DELETE'],
    ]);
    for (const operation of mine) expect(operation.path.startsWith(base)).toBe(true);
    for (const { action, method } of mine) expect(action?.role).toBe(method === 'GET' ? kind.access.read : kind.access.write);
  });
});

it('all of them fit one router', () => {
  expect(() => new Router(operations)).not.toThrow();
});
