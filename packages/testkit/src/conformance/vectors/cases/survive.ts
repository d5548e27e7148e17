import { numbers, type Case } from './case.ts';

const calls = (count: number): string[] => Array.from({ length: count }, () => 'call');
const retries = (count: number): string[] => Array.from({ length: count }, () => 'retry');

export const retryBudgetCases: readonly Case[] = [
  { says: 'full at first, and empty after its tokens', input: { capacity: 3, ratio: 0.2, steps: retries(5) }, by_hand: { allowed: [true, true, true, false, false] } },
  { says: 'calls fill it up again, a token for four calls', input: { capacity: 1, ratio: 0.25, steps: ['retry', ...calls(3), 'retry', 'call', 'retry', 'retry'] }, by_hand: { allowed: [true, false, true, false] } },
  { says: 'never more than its capacity', input: { capacity: 2, ratio: 0.5, steps: [...calls(50), ...retries(4)] }, by_hand: { allowed: [true, true, false, false] } },
  { says: 'less than one token is none', input: { capacity: 1, ratio: 0.5, steps: ['retry', 'call', 'retry', 'call', 'retry'] }, by_hand: { allowed: [true, false, true] } },
  { says: 'a ratio of 0 gives nothing back', input: { capacity: 1, ratio: 0, steps: ['retry', ...calls(20), 'retry'] }, by_hand: { allowed: [true, false] } },
];

const wait = (says: string, base: number, cap: number, attempt: number, random: number, ms?: number): Case => ({ says, input: { base, cap, attempt, random }, ...(ms === undefined ? {} : { by_hand: { ms } }) });

export const backoffCases: readonly Case[] = [
  wait('the first wait in the middle', 25, 1_000, 0, 0.5, 25), wait('a fifth less', 25, 1_000, 0, 0, 20), wait('doubling', 25, 1_000, 3, 0.5, 200), wait('the cap comes before the spread', 25, 1_000, 9, 0.75, 1_100),
  wait('far beyond the cap', 25, 1_000, 60, 0.25, 900), wait('any number', 25, 1_000, 2, 0.3141),
];

export const reconnectCases: readonly Case[] = [
  wait('at least half', 200, 10_000, 0, 0, 100), wait('at most all', 200, 10_000, 1, 0.9999), wait('the cap', 200, 10_000, 6, 0.5, 7_500), wait('far beyond the cap', 200, 10_000, 80, 0, 5_000),
];

const limits = { initial: 20, min_limit: 4, max_limit: 1_000, tolerance: 1.5 };
const samples = (count: number, rtt: number, in_flight: number, kind = 'ok'): object[] => Array.from({ length: count }, () => ({ rtt, in_flight, kind }));

export const gradientCases: readonly Case[] = [
  { says: 'steady and busy: it grows by a fifth of four', input: { ...limits, samples: samples(3, 10, 20) }, by_hand: { limits: [20.8, 21.6, 22.4] } },
  { says: 'less than half in use: it stays', input: { ...limits, samples: samples(3, 10, 9) }, by_hand: { limits: [20, 20, 20] } },
  { says: 'exactly half in use counts', input: { ...limits, samples: samples(1, 10, 10) }, by_hand: { limits: [20.8] } },
  { says: 'a refusal takes a tenth', input: { ...limits, samples: [{ rtt: 1, in_flight: 1, kind: 'limited' }, { rtt: 1, in_flight: 1, kind: 'overloaded' }, { rtt: 1, in_flight: 1, kind: 'timeout' }] }, by_hand: { limits: [18, 16.2, 14.58] } },
  { says: 'failures of other kinds say nothing of load', input: { ...limits, samples: [...samples(1, 10, 20, 'failed'), ...samples(1, 10, 20, 'refused'), ...samples(1, 10, 20, 'broken'), ...samples(1, 10, 20, 'cancelled')] }, by_hand: { limits: [20, 20, 20, 20] } },
  { says: 'never below its least', input: { ...limits, initial: 4, samples: samples(4, 10, 1, 'limited') }, by_hand: { limits: [4, 4, 4, 4] } },
  { says: 'never above its most', input: { ...limits, initial: 21, max_limit: 22, samples: samples(4, 10, 22) }, by_hand: { limits: [21.8, 22, 22, 22] } },
  { says: 'answers that take longer bring it down', input: { ...limits, samples: [...samples(12, 10, 40), ...samples(6, 60, 40)] } },
  { says: 'half at most in one step', input: { ...limits, initial: 100, samples: [...samples(10, 10, 10), ...samples(1, 100_000, 100)] } },
  { says: 'the long average falls faster when answers become quick', input: { ...limits, samples: [...samples(10, 500, 30), ...samples(8, 10, 30), ...samples(4, 400, 30)] } },
  { says: 'the eleventh sample counts as one of 600', input: { ...limits, samples: [...samples(10, 100, 30), ...samples(1, 160, 30), ...samples(1, 151, 30)] } },
  { says: 'a long mixed run', input: { ...limits, samples: numbers(200, 7).map((number, i) => ({ rtt: Math.round(5 + number * 100), in_flight: i % 50, kind: i % 17 === 16 ? 'overloaded' : 'ok' })) } },
];
