import { describe, expect, it } from 'vitest';
import { emptyCause, isServed, shownEndpoint, type EndpointRecord, type EndpointState, type GoneCause, type Override, type ShownEndpoint } from './endpoint.ts';
import type { Health } from './health.ts';

const record = (more: Partial<EndpointRecord> = {}): EndpointRecord => ({
  project: 'default', service: 'web', instance: 'web-1', id: 'ep_1', session: 'ses_1', owner: 'host-1', health: 'passing', held: false, revision: 10,
  gone: null, goneAt: null,
  document: {
    host: '127.0.0.1', port: 8080, protocol: 'http', public_url: null, zone: 'zone-a', weight: 100, tags: ['v2'], labels: { team: 'shop' }, check: { type: 'ttl', ttl_ms: 5_000 },
  },
  ...more,
});
const override = (state: EndpointState, weight: number | null, revision: number): Override =>
  ({ spec: { service: 'web', instance: 'web-1', state, weight, reason: 'a secret of the operator' }, revision });

describe('an endpoint is shown as registered, checked and decided', () => {
  it('with exactly the fields of the contract: no session, owner, check or reason', () => {
    expect(shownEndpoint(record(), override('draining', null, 3))).toEqual({
      id: 'ep_1', instance: 'web-1', host: '127.0.0.1', port: 8080, protocol: 'http', public_url: null, zone: 'zone-a', weight: 100,
      tags: ['v2'], labels: { team: 'shop' }, health: 'passing', state: 'draining', revision: 10,
    });
  });

  it.each<[string, Partial<EndpointRecord>, Override | undefined, Partial<ShownEndpoint>]>([
    ['nothing decided', {}, undefined, { state: 'active', weight: 100, revision: 10 }],
    ['an override taken back keeps its revision', {}, { spec: null, revision: 12 }, { state: 'active', weight: 100, revision: 12 }],
    ['drained later than registered', {}, override('draining', null, 12), { state: 'draining', weight: 100, revision: 12 }],
    ['registered again after the drain', { revision: 20 }, override('draining', null, 12), { state: 'draining', weight: 100, revision: 20 }],
    ['denied', {}, override('denied', null, 12), { state: 'denied' }],
    ['a weight decided', {}, override('active', 5, 12), { state: 'active', weight: 5 }],
    ['a weight of 0 decided is a weight', {}, override('active', 0, 12), { weight: 0 }],
    ['held: evidence was lost', { held: true }, undefined, { health: 'unknown', held: true }],
    ['held wins over what the check said', { held: true, health: 'critical' }, undefined, { health: 'unknown', held: true }],
    ['held and drained', { held: true }, override('draining', null, 12), { health: 'unknown', held: true, state: 'draining' }],
  ])('%s', (_, more, decided, shown) => {
    expect(shownEndpoint(record(more), decided)).toMatchObject(shown);
  });

  it('says `held` only where it is', () => {
    expect('held' in shownEndpoint(record(), undefined)).toBe(false);
  });
});

describe('the default list holds what is active and has nothing known against it', () => {
  const healths: Health[] = ['starting', 'passing', 'warning', 'critical', 'unknown'];
  const served = new Set(['active passing', 'active warning', 'active unknown']);
  for (const state of ['active', 'draining', 'denied'] as const) {
    for (const health of healths) {
      it(`${state} ${health}: ${served.has(`${state} ${health}`)}`, () => {
        expect(isServed({ ...shownEndpoint(record(), undefined), state, health })).toBe(served.has(`${state} ${health}`));
      });
    }
  }
});

describe('why a service is empty: the latest that emptied it', () => {
  const shown = (state: EndpointState, health: Health, revision: number): ShownEndpoint => ({ ...shownEndpoint(record({ revision }), undefined), state, health });
  const gone = (cause: GoneCause, revision: number) => ({ cause, revision });

  it.each<[string, ShownEndpoint[], { cause: GoneCause; revision: number } | null, string]>([
    ['nothing ever was', [], null, 'never_registered'],
    ['its session departed', [], gone('departed', 5), 'departed'],
    ['it was deregistered', [], gone('deregistered', 5), 'deregistered'],
    ['it expired', [], gone('expired', 5), 'expired'],
    ['one waits for its check', [shown('active', 'starting', 5)], null, 'starting'],
    ['one is drained', [shown('draining', 'passing', 5)], null, 'draining'],
    ['one is denied', [shown('denied', 'passing', 5)], null, 'denied'],
    ['one is critical', [shown('active', 'critical', 5)], null, 'critical'],
    ['drained and critical: the decision counts', [shown('draining', 'critical', 5)], null, 'draining'],
    ['drained, then another expired', [shown('draining', 'passing', 5)], gone('expired', 6), 'expired'],
    ['one expired, then another was drained', [shown('draining', 'passing', 7)], gone('expired', 6), 'draining'],
    ['the latest of several', [shown('active', 'critical', 9), shown('draining', 'passing', 8), shown('active', 'starting', 7)], gone('departed', 6), 'critical'],
    ['the order they come in does not matter', [shown('active', 'starting', 7), shown('active', 'critical', 9), shown('draining', 'passing', 8)], gone('departed', 6), 'critical'],
  ])('%s: %s', (_, unserved, lastGone, cause) => {
    expect(emptyCause(unserved, lastGone)).toBe(cause);
  });
});
