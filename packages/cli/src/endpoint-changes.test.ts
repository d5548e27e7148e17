import { describe, expect, test } from 'vitest';
import { createKnown, type Change } from './endpoint-changes.ts';
import type { ListedEndpoint } from './endpoint-list.ts';

const at = (instance: string, revision: number, id = `ep_${instance}`): ListedEndpoint => ({
  id,
  instance,
  host: '127.0.0.1',
  port: 80,
  protocol: 'http',
  public_url: null,
  zone: null,
  weight: 100,
  tags: [],
  labels: {},
  health: 'passing',
  state: 'active',
  revision,
});

const words = (changes: readonly Change[]): readonly string[] =>
  changes.map(change => {
    if (change.change === 'set') return `${change.first ? '+' : '~'} ${change.service}/${change.endpoint.instance}`;
    if (change.change === 'gone') return `- ${change.service}/${change.instance} ${change.cause}`;
    return `= ${change.service} ${change.state} ${change.cause}`;
  });

const snapshot = (revision: number, ...endpoints: readonly ListedEndpoint[]) => ({
  revision,
  services: { web: { state: endpoints.length > 0 ? ('known' as const) : ('empty' as const), cause: null, revision, endpoints } },
});

describe('what a watcher sees', () => {
  test('the first snapshot shows everything as new, and does not say again that it is known', () => {
    expect(words(createKnown().snapshot(snapshot(5, at('a', 4), at('b', 5))))).toEqual(['+ web/a', '+ web/b']);
  });

  test('a delta shows what it changes', () => {
    const known = createKnown();
    known.snapshot(snapshot(5, at('a', 4), at('b', 5)));
    const delta = { revision: 7, services: { web: { state: 'known' as const, revision: 7, cause: null, set: [at('a', 6), at('c', 7)], gone: [{ instance: 'b', id: 'ep_b', cause: 'departed' }] } } };
    expect(words(known.delta(delta))).toEqual(['- web/b departed', '~ web/a', '+ web/c']);
    expect(words(known.delta(delta))).toEqual([]);
  });

  test('the last one to go empties the service, and says why', () => {
    const known = createKnown();
    known.snapshot(snapshot(5, at('a', 4)));
    const gone = { state: 'empty' as const, revision: 6, cause: 'expired', gone: [{ instance: 'a', id: 'ep_a', cause: 'expired' }] };
    expect(words(known.delta({ revision: 6, services: { web: gone } }))).toEqual(['- web/a expired', '= web empty expired']);
    expect(words(known.delta({ revision: 7, services: { web: { state: 'known', revision: 7, set: [at('a', 7)] } } }))).toEqual(['+ web/a', '= web known null']);
  });

  test('a snapshot in the middle shows only what differs: no gap, no repeat', () => {
    const known = createKnown();
    known.snapshot(snapshot(5, at('a', 4), at('b', 5), at('c', 5)));
    expect(words(known.snapshot(snapshot(9, at('a', 4), at('b', 8), at('d', 9))))).toEqual(['- web/c missed', '~ web/b', '+ web/d']);
    expect(words(known.snapshot({ revision: 9, services: {} }))).toEqual(['- web/a missed', '- web/b missed', '- web/d missed', '= web unknown null']);
  });

  test('the end of an older registration does not take the newer one away', () => {
    const known = createKnown();
    known.snapshot(snapshot(5, at('a', 5, 'ep_new')));
    expect(known.delta({ revision: 6, services: { web: { gone: [{ instance: 'a', id: 'ep_old', cause: 'expired' }] } } })).toEqual([]);
  });
});
