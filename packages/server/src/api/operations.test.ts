import { apiDates, kinds, pluralOf, unbounded } from '@miko/model';
import { describe, expect, it } from 'vitest';
import { declaredOperations } from '../operations.ts';
import { checked } from './check.ts';
import { isForBrowsers } from './document/document-operations.ts';
import { findsCredential } from './operation.ts';
import { Router } from './router.ts';

const operations = declaredOperations();

describe.each(operations.map(operation => [operation.id, operation] as const))('%s', (_, operation) => {
  it('takes nothing without a bound', () => {
    for (const apiDate of apiDates) {
      const body = operation.body(apiDate);
      expect(body === null ? [] : unbounded(body)).toEqual([]);
    }
    expect(operation.bodyBytes).toBeGreaterThan(0);
    expect(operation.bodyBytes).toBeLessThanOrEqual(1_048_576);
  });

  it('has an example that its own schema takes, at every API date', () => {
    for (const apiDate of apiDates.filter(date => date >= operation.since)) {
      const body = operation.body(apiDate);
      const example = operation.example(apiDate);
      // Lines of JSON are read one by one.
      const values = operation.mediaTypes[0] === 'application/x-ndjson' ? (example as string).trim().split('\n').map(line => JSON.parse(line) as unknown) : [example];
      if (body !== null) for (const value of values) expect(checked(body, value)).toBeDefined();
    }
  });

  it('has an id of its own in snake_case, and says what it does', () => {
    expect(operation.id).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(operations.filter(({ id }) => id === operation.id)).toHaveLength(1);
    expect(operation.summary).toMatch(/^[A-Z].{5,100}[^.]$/);
  });

  it('needs a credential, unless it is livez, readyz or version, or takes one in its own way', () => {
    expect(operation.action === null).toBe(['livez', 'readyz', 'version', 'ainari_token'].includes(operation.id));
    expect(findsCredential(operation)).toBe(operation.id === 'ainari_token');
  });

  it('needs more than a reader where it writes', () => {
    if (operation.method !== 'GET') expect(operation.action?.role).not.toBe('reader');
  });

  it('lies under /v1, or /v1alpha as ainari has it, in lower case with hyphens, actions by POST or GET', () => {
    if (operation.action !== null && !isForBrowsers(operation)) expect(operation.path).toMatch(/^\/v1(alpha)?(\/([a-z-]+|\{[a-z_]+\}))+(:[a-z_]+)?$/);
    if (/:[a-z_]+$/.test(operation.path)) expect(['POST', 'GET']).toContain(operation.method);
  });
});

describe('every kind', () => {
  it.each(kinds.map(kind => [kind.name, kind] as const))('%s has its seven operations, under its parent', (name, kind) => {
    const base = `/v1${kind.parent === null ? '' : `/${pluralOf(kind.parent)}/{${kind.parent.name}}`}/${pluralOf(kind)}`;
    const mine = operations.filter(({ id }) => new RegExp(`^${name}_(create|list|watch|get|replace|patch|delete)$`).test(id));
    expect(mine.map(({ id, method }) => [id, method])).toEqual([
      [`${name}_create`, 'POST'], [`${name}_list`, 'GET'], [`${name}_watch`, 'GET'], [`${name}_get`, 'GET'], [`${name}_replace`, 'PUT'], [`${name}_patch`, 'PATCH'],
      [`${name}_delete`, 'DELETE'],
    ]);
    for (const operation of mine) expect(operation.path.startsWith(base)).toBe(true);
    for (const { action, method } of mine) expect(action?.role).toBe(method === 'GET' ? kind.access.read : kind.access.write);
  });
});

it('all of them fit one router', () => {
  expect(() => new Router(operations)).not.toThrow();
});
