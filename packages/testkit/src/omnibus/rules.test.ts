import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kinds } from '@miko/model';
import { declaredOperations } from '@miko/server';
import { describe, expect, it } from 'vitest';
import { plan } from './chapters.ts';
import { mutations } from './mutations/list.ts';
import { rulesPage } from './report.ts';
import { ruleIds } from './rules.ts';

const cases = plan(kinds, declaredOperations());

describe('the omnibus', () => {
  it.each(ruleIds)('proves the rule %s', id => {
    expect(cases.filter(({ rule }) => rule === id).length).toBeGreaterThan(0);
  });

  it('has cases of every kind, and of the endpoints that belong to none', () => {
    expect([...new Set(cases.map(({ subject }) => subject))].sort()).toEqual([...kinds.map(({ name }) => name), 'endpoints'].sort());
  });

  it('has the same rules for every kind that can break them', () => {
    const all = ['create', 'read', 'replace', 'delete', 'name-taken', 'absent', 'list', 'list-token', 'match-required', 'match-stale', 'create-only', 'one-winner', 'merge-patch', 'json-patch', 'patch-checked',
      'idempotency-replay', 'dry-run', 'limit-bytes', 'limits-shown', 'access-role', 'access-hidden', 'audit', 'revision', 'event', 'read-only', 'watch-order', 'watch-resume', 'version-forms', 'cli', 'document'];
    const missing = kinds.flatMap(({ name }) => all.filter(id => !cases.some(({ subject, rule }) => subject === name && rule === id)).map(id => `${name}: ${id}`));
    expect(missing).toEqual([]);
  });

  it('has a mutation for what could be switched off, each for a rule that is there', () => {
    for (const { rules } of mutations) for (const rule of rules) expect(ruleIds).toContain(rule);
  });

  it('docs/api/rules.md is what it says (npm run omnibus -- --rules)', () => {
    expect(readFileSync(join(import.meta.dirname, '../../../../docs/api/rules.md'), 'utf8')).toBe(rulesPage(cases));
  });
});
