import { expect, it } from 'vitest';
import { kinds } from './index.ts';
import { quota } from './quota.ts';

it('a quota is named after a kind that lies in projects, as paths have it', () => {
  expect(quota.names?.(kinds)).toEqual(['quotas', 'services', 'endpoint-overrides']);
});

it('one more kind in projects is one more name', () => {
  const toy = { ...quota, name: 'alert_policy' };
  const elsewhere = { ...toy, name: 'rack', parent: null };
  expect(quota.names?.([toy, elsewhere])).toEqual(['alert-policies']);
});
