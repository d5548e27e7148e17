import type { Case } from './case.ts';

const hosts = (count: number): string[] => Array.from({ length: count }, (_, i) => `h${i}`);
const report = (host: string, kind: string, times: number, now: number): object => ({ op: 'report', host, kind, times, now });
const look = (now: number): object => ({ op: 'ejected', now });
const say = (says: string, count: number, steps: object[], ejected: string[][], settings: object = {}): Case => ({ says, input: { settings, hosts: hosts(count), steps }, by_hand: { ejected } });
const oneOfTen = (good: number, now: number): object[] => hosts(6).flatMap(host => (host === 'h3' ? [report(host, 'ok', good, now), ...alternating(host, 100 - good, now)] : [report(host, 'ok', 100, now)]));
/** Failures that are never five in a row. */
const alternating = (host: string, failures: number, now: number): object[] =>
  Array.from({ length: Math.ceil(failures / 4) }, (_, i) => [report(host, 'failed', Math.min(4, failures - i * 4), now), report(host, 'ok', 1, now)]).flat();

export const outlierCases: readonly Case[] = [
  say('five failures in a row, not four', 10, [report('h1', 'failed', 4, 0), look(1), report('h1', 'failed', 1, 2), look(3)], [[], ['h1']]),
  say('a good answer between begins the row anew', 10, [report('h1', 'failed', 4, 0), report('h1', 'ok', 1, 1), report('h1', 'failed', 4, 2), look(3)], [[]]),
  say('429 is no failure here, 503 is', 10, [report('h1', 'limited', 20, 0), look(1), report('h2', 'overloaded', 5, 2), look(3)], [[], ['h2']]),
  say('what the caller cancelled says nothing', 10, [report('h1', 'broken', 4, 0), report('h1', 'cancelled', 5, 1), look(2), report('h1', 'timeout', 1, 3), look(4)], [[], ['h1']]),
  say('back after 30 s', 10, [report('h1', 'refused', 5, 1_000), look(30_900), look(31_100)], [['h1'], []]),
  say('twice as long the second time', 10, [report('h1', 'failed', 5, 1_000), report('h1', 'ok', 1, 31_500), report('h1', 'failed', 5, 32_000), look(91_900), look(92_100)], [['h1'], []]),
  say('quiet intervals forgive', 10, [report('h1', 'failed', 5, 1_000), report('h1', 'ok', 1, 31_500), report('h1', 'ok', 1, 71_000), report('h1', 'failed', 5, 72_000), look(101_900), look(102_100)], [['h1'], []]),
  say('at most 300 s', 10, [report('h1', 'failed', 5, 1_000), report('h1', 'ok', 1, 31_500), report('h1', 'failed', 5, 32_000), look(61_000), look(63_000)], [['h1'], []], { max_ejection_ms: 30_000 }),
  say('one of ten at most', 10, [report('h1', 'failed', 5, 0), report('h2', 'failed', 5, 1), look(2)], [['h1']]),
  say('one at least, of a few', 3, [report('h1', 'failed', 5, 0), look(1)], [['h1']]),
  say('a fifth of ten are two', 10, [report('h1', 'failed', 5, 0), report('h2', 'failed', 5, 1), report('h3', 'failed', 5, 2), look(3)], [['h1', 'h2']], { max_ejected_share: 0.2 }),
  say('never the last', 1, [report('h0', 'failed', 50, 0), look(1)], [[]]),
  say('never the last of two, whatever the share', 2, [report('h0', 'failed', 5, 0), report('h1', 'failed', 5, 1), look(2)], [['h0']], { max_ejected_share: 1 }),
  say('its place is free when the one before came back', 10, [report('h1', 'failed', 5, 0), report('h2', 'failed', 4, 29_000), report('h2', 'failed', 1, 30_500), look(30_600)], [['h2']]),
  say('far fewer successes than the others', 6, [...oneOfTen(50, 5_000), look(9_999), look(10_001)], [[], ['h3']]),
  say('a hundred attempts are needed', 6, [...oneOfTen(50, 5_000), look(10_001)], [[]], { min_requests: 500 }),
  say('five endpoints are needed', 6, [...oneOfTen(50, 5_000).filter(step => !['h0', 'h1'].includes((step as { host: string }).host)), look(10_001)], [[]]),
  say('the average of all is no outlier', 6, [...hosts(6).flatMap(host => [report(host, 'ok', 60, 5_000), ...alternating(host, 40, 5_000)]), look(10_001)], [[]]),
  say('each interval begins with nothing', 6, [...hosts(6).map(host => report(host, 'ok', 60, 5_000)), ...hosts(6).flatMap(host => (host === 'h3' ? alternating(host, 60, 15_000) : [report(host, 'ok', 60, 15_000)])), look(20_001)], [[]]),
];
