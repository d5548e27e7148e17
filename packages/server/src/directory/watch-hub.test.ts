import type { EndpointRecord } from '@miko/model';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeSink } from './fake-sink.test.support.ts';
import { View } from './view.ts';
import { WatchHub } from './watch-hub.ts';

const record = (instance: string, revision: number, more: Partial<EndpointRecord> & { public_url?: string | null; labels?: Record<string, string> } = {}): EndpointRecord => ({
  project: 'default', service: 'web', instance, id: `ep_${instance}`, session: null, owner: 'tok', health: 'passing', held: false, revision, gone: null, goneAt: null,
  document: {
    host: '10.0.0.1', port: 80, protocol: 'http', public_url: more.public_url ?? null, zone: null, weight: 100, tags: [], labels: more.labels ?? {}, check: null,
  },
});

interface Told {
  readonly services: Record<string, { state: string; set: { instance: string }[]; gone: { instance: string }[] }>;
}
const delta = (sink: FakeSink) => sink.named<Told>('delta');

describe('the watch hub', () => {
  const hubs: WatchHub[] = [];
  afterEach(() => {
    for (const hub of hubs.splice(0)) hub.close();
    vi.useRealTimers();
  });

  function world() {
    const view = new View();
    view.addRest({ revision: 0, horizon: 0, installation: '0123456789abcdef', objects: [], sessions: [] });
    const clock = { now: 0 };
    const cuts: number[] = [];
    const hub = new WatchHub(view, readers => cuts.push(readers), () => clock.now);
    hubs.push(hub);
    const change = (endpoint: EndpointRecord) => view.apply([{ revision: endpoint.revision, type: 'endpoint', record: endpoint }]);
    const watch = (audience: 'internal' | 'public' = 'internal', allowed = () => true, cursor: string | null = null) => {
      const sink = new FakeSink();
      hub.open({ project: 'default', services: ['web'], audience }, cursor, null, allowed).open(sink);
      return sink;
    };
    return { view, hub, clock, cuts, change, watch };
  }

  it('writes nothing to a stream it has ended, whatever changes afterwards', () => {
    const { hub, change, watch } = world();
    const sink = watch();
    change(record('a', 1));
    change(record('b', 2));
    hub.endAll('starting anew');
    change(record('c', 3));
    hub.endAll('once more');
    expect(sink.ended).toBe(true);
    expect(sink.named('error')).toHaveLength(1);
  });

  it('opens no stream once it is closed', () => {
    const { hub, watch } = world();
    hub.close();
    expect(() => watch()).toThrow('stopping');
  });

  it('breaks off streams whose readers take nothing for 15 seconds, and tells of all of them at once', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { clock, cuts, change, watch } = world();
    const [sink, ...stuck] = [watch(), watch(), watch()];
    for (const one of stuck) one.full = true;
    change(record('a', 1));
    for (let i = 0; i < 5; i++) {
      clock.now += 5_001;
      vi.advanceTimersByTime(5_000);
    }
    expect([sink.destroyed, ...stuck.map(one => one.destroyed), ...cuts]).toEqual([false, true, true, 2]);
    for (const one of stuck) one.closed();
    vi.advanceTimersByTime(5_000);
    expect(cuts).toEqual([2]);
  });

  it('begins many streams with one snapshot, as long as nothing changes', () => {
    const { change, watch } = world();
    change(record('a', 1));
    const [one, two] = [watch(), watch()];
    expect(one.frames[0]).toBe(two.frames[0]);
    change(record('b', 2));
    expect(watch().named('snapshot')[0]).toMatchObject({ revision: 2 });
  });

  it('keeps steps from a reader that is too far behind, and gives it the newest state when it has caught up', () => {
    const { clock, change, watch } = world();
    const sink = watch();
    sink.full = true;
    const labels = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`l${i}`, 'x'.repeat(250)]));
    for (let revision = 1; revision <= 200; revision++) {
      clock.now += 100;
      change(record(`i-${revision % 50}`, revision, { labels }));
    }
    const before = delta(sink).length;
    expect(before).toBeLessThan(200);
    sink.full = false;
    sink.waiting = 0;
    sink.drained();
    const after = delta(sink).slice(before);
    expect(after).toHaveLength(1);
    expect(after[0]!.services['web']!.set.length).toBeLessThanOrEqual(50);
    expect(after[0]).toMatchObject({ revision: 200 });
  });

  it('tells callers entitled to public addresses only what they may see, and when they may not any more', () => {
    const { clock, change, watch } = world();
    change(record('hidden', 1));
    const sink = watch('public');
    expect(sink.named('snapshot')[0]).toMatchObject({ services: { web: { state: 'empty', cause: 'filtered', endpoints: [] } } });
    clock.now += 100;
    change(record('shown', 2, { public_url: 'https://a.example' }));
    expect(delta(sink).at(-1)!.services['web']).toMatchObject({ state: 'known', set: [{ instance: 'shown' }], gone: [] });
    expect(sink.frames.join('')).not.toContain('10.0.0.1');
    change(record('shown', 3));
    expect(delta(sink).at(-1)!.services['web']).toMatchObject({ state: 'empty', set: [], gone: [{ instance: 'shown' }] });
    clock.now += 100;
    change(record('shown', 4, { labels: { again: 'hidden' } }));
    expect(delta(sink).at(-1)!.services['web']!.gone).toEqual([]);
    expect(sink.frames.join('')).not.toContain('"hidden"');
  });
});
