import type { BalanceStep } from '../reference/balance-input.ts';
import { done, host, hosts, list, pick, picks, run, say } from './build-balance.ts';
import { numbers, type Case } from './case.ts';

/** Section 3 of docs/protocol.md, case by case. */

const abc = [host('a'), host('b'), host('c')];
const uneven = [host('a', 10), host('b', 30), host('c', 60)];

export const p2cCases: readonly Case[] = [
  say('nothing measured, nothing in flight: the first drawn', 'p2c', { list: abc, random: [0.5, 0.9], steps: [pick()] }, ['b']),
  say('the second is drawn among the others', 'p2c', { list: abc, random: [0, 0.6, 0, 0.6], steps: [pick(), pick()] }, ['a', 'c']),
  say('the quicker one of two', 'p2c', { list: abc.slice(0, 2), random: [0, 0.5, 0.9, 0.5, 0.1, 0.5], steps: [pick(), done(0, 100, 100), pick(100), done(1, 10, 110), pick(110)] }, ['a', 'b', 'b']),
  say('much the same speed: the draw decides', 'p2c', { list: abc.slice(0, 2), random: [0, 0.5, 0.9, 0.5, 0, 0.5], steps: [pick(), done(0, 40, 40), pick(40), done(1, 30, 70), pick(70)] }, ['a', 'b', 'a']),
  say('below 10 ms speed is all the same', 'p2c', { list: abc.slice(0, 2), random: [0, 0.5, 0.9, 0.5, 0, 0.5], steps: [pick(), done(0, 9, 9), pick(9), done(1, 1, 10), pick(10)] }, ['a', 'b', 'a']),
  say('in flight counts for its weight', 'p2c', { list: [host('a', 100), host('b', 50)], random: [0, 0.5, 0, 0.5, 0, 0.5], steps: picks(3) }, ['a', 'b', 'a']),
  say('one is left: one number is drawn', 'p2c', { list: [host('a')], random: [0.3, 0.7], steps: picks(2) }, ['a', 'a']),
  say('nobody is there: nothing is drawn', 'p2c', { list: [], steps: [pick()] }, [null]),
  say('nobody is left', 'p2c', { list: abc, steps: [pick(0, { exclude: ['a', 'b', 'c'] })] }, [null]),
  say('those tried already are left out', 'p2c', { list: abc, random: [0, 0, 0.9], steps: [pick(0, { exclude: ['a'] }), pick(0, { exclude: ['a', 'b'] })] }, ['b', 'c']),
  say('never measured and in use is slow', 'p2c', { list: abc.slice(0, 2), random: [0, 0.5, 0.9, 0.5, 0, 0.5], steps: [pick(), done(0, 100, 100), pick(100), pick(100)] }, ['a', 'b', 'a']),
  say('a refusal counts as a second', 'p2c', { list: abc.slice(0, 2), random: [0, 0.5, 0.9, 0.5, 0, 0.5], steps: [pick(), done(0, 1, 1, 'limited'), pick(1), done(1, 900, 901), pick(901)] }),
  say('a cancelled attempt measures nothing', 'p2c', { list: abc.slice(0, 2), random: [0, 0.5, 0, 0.5], steps: [pick(), done(0, 5_000, 5_000, 'cancelled'), pick(5_000)] }, ['a', 'a']),
  say('a peak is forgotten with time', 'p2c', { list: abc.slice(0, 2), random: [0, 0.5, 0.9, 0.5, 0, 0.5, 0, 0.5], steps: [pick(), done(0, 1_000, 1_000), pick(1_000), done(1, 100, 1_100), pick(1_100), done(2, 100, 40_000), pick(60_000)] }),
  say('by weight: half the weight, half the share', 'p2c', { list: [host('a', 50), host('b', 100)], random: numbers(24, 3), steps: picks(12) }),
  say('weight 0 only when nothing else is', 'p2c', { list: [host('a', 0), host('b')], random: [0, 0.99, 0.5], steps: [pick(), pick(), pick(0, { exclude: ['b'] })] }, ['b', 'b', 'a']),
  say('all of weight 0 count alike', 'p2c', { list: [host('a', 0), host('b', 0)], random: [0.6, 0.5, 0.1, 0.5], steps: picks(2) }, ['b', 'a']),
  say('what fails its check is not picked', 'p2c', { list: [host('a', 100, null, 'critical'), host('b', 100, null, 'warning'), host('c', 100, null, 'unknown')], random: [0, 0, 0.9, 0], steps: picks(2) }, ['b', 'c']),
  run('a long mixed run', 'p2c', hosts(7), 120, 11), run('a long mixed run with weights', 'p2c', uneven, 120, 13),
];

export const leastRequestCases: readonly Case[] = [
  say('the one with less in flight', 'least_request', { list: abc.slice(0, 2), random: [0, 0.5, 0, 0.5, 0, 0.5], steps: picks(3) }, ['a', 'b', 'a']),
  say('nothing in flight: the first drawn, so that weights decide', 'least_request', { list: [host('a', 10), host('b', 90)], random: [0.05, 0.5, 0.5, 0.5], steps: [pick(), done(0, 1, 1), pick(1)] }, ['a', 'b']),
  say('in flight by weight', 'least_request', { list: [host('a', 100), host('b', 300)], random: numbers(16, 5), steps: picks(8) }),
  say('an answer, even a failure, frees its place', 'least_request', { list: abc.slice(0, 2), random: [0, 0.5, 0, 0.5], steps: [pick(), done(0, 10, 10, 'failed'), pick(10)] }, ['a', 'a']),
  run('a long mixed run', 'least_request', hosts(5), 100, 17),
];

export const roundRobinCases: readonly Case[] = [
  say('in turn from a random start', 'round_robin', { list: abc, random: [0.4], steps: picks(5) }, ['b', 'c', 'a', 'b', 'c']),
  say('whatever the weights', 'round_robin', { list: uneven, random: [0], steps: picks(4) }, ['a', 'b', 'c', 'a']),
  say('by name, not by the order of the list', 'round_robin', { list: [host('c'), host('a'), host('b')], random: [0], steps: picks(3) }, ['a', 'b', 'c']),
  say('goes on where it was when the list changes', 'round_robin', { list: abc, random: [0.4], policy: { slow_start_ms: 0 }, steps: [pick(), list([host('a'), host('bb'), host('c')], 10), pick(10), pick(10)] }, ['b', 'bb', 'c']),
  say('capital letters come before small ones, as bytes', 'round_robin', { list: [host('a'), host('B'), host('c')], random: [0], steps: picks(3) }, ['B', 'a', 'c']),
  say('past those that are excluded', 'round_robin', { list: abc, random: [0], steps: [pick(), pick(0, { exclude: ['b'] }), pick()] }, ['a', 'c', 'a']),
];

export const weightedCases: readonly Case[] = [
  say('the first whose running sum exceeds the number', 'weighted', { list: uneven, random: [0, 0.0999, 0.1, 0.3999, 0.4, 0.9999], steps: picks(6) }, ['a', 'a', 'b', 'b', 'c', 'c']),
  say('in the order of names', 'weighted', { list: uneven.toReversed(), random: [0.05, 0.2], steps: picks(2) }, ['a', 'b']),
  say('busy or not', 'weighted', { list: abc, random: [0, 0, 0, 0], steps: picks(4) }, ['a', 'a', 'a', 'a']),
  run('a long mixed run', 'weighted', [...uneven, host('d', 1), host('e', 0)], 80, 19),
];

export const consistentHashCases: readonly Case[] = [
  say('without a key: by weight', 'consistent_hash', { list: uneven, random: [0.05, 0.95], steps: picks(2) }, ['a', 'c']),
  say('each key at its place', 'consistent_hash', { list: hosts(5), steps: Array.from({ length: 20 }, (_, i) => [pick(i, { hash_key: `key-${i}` }), done(i, 1, i)]).flat() }),
  say('keys of others stay where they are when one leaves', 'consistent_hash', {
    list: hosts(5), steps: [...Array.from({ length: 8 }, (_, i) => [pick(i, { hash_key: `key-${i}` }), done(i, 1, i)]).flat(), list(hosts(4), 10), ...Array.from({ length: 8 }, (_, i) => [pick(10 + i, { hash_key: `key-${i}` }), done(8 + i, 1, 10 + i)]).flat()],
  }),
  say('a hot key spills over to the next on the ring', 'consistent_hash', { list: hosts(4), steps: Array.from({ length: 12 }, () => pick(0, { hash_key: 'hot' })) }),
  say('a larger factor lets it stay longer', 'consistent_hash', { list: hosts(4), policy: { hash_load_factor: 3 }, steps: Array.from({ length: 8 }, () => pick(0, { hash_key: 'hot' })) }),
  say('more weight, more room', 'consistent_hash', { list: uneven, steps: Array.from({ length: 10 }, () => pick(0, { hash_key: 'user-1' })) }),
  say('a key of other letters', 'consistent_hash', { list: hosts(5), steps: ['zürich', '日本語', '😀', ' '].flatMap((hash_key, i) => [pick(i, { hash_key }), done(i, 1, i)]) }),
  run('a long mixed run', 'consistent_hash', hosts(6), 100, 23),
];

const zones = [host('a1', 100, 'a'), host('a2', 100, 'a'), host('b1', 100, 'b'), host('b2', 100, 'b')];

export const zoneCases: readonly Case[] = [
  say('all well: the own zone alone, and nothing is drawn for it', 'weighted', { list: zones, own_zone: 'a', random: [0.1, 0.9], steps: picks(2) }, ['a1', 'a2']),
  say('half of it gone: seven of ten stay', 'weighted', { list: [host('a1', 100, 'a', 'critical'), ...zones.slice(1)], own_zone: 'a', random: [0.6999, 0.5, 0.7, 0.1], steps: picks(2) }, ['a2', 'b1']),
  say('a third gone is made up for', 'weighted', { list: [...zones, host('a3', 100, 'a', 'critical'), host('a4', 100, 'a'), host('a5', 100, 'a')], own_zone: 'a', random: [0.99], steps: picks(1) }, ['a5']),
  say('no zone of its own: all alike', 'weighted', { list: zones, random: [0.1, 0.9], steps: picks(2) }, ['a1', 'b2']),
  say('nobody in the own zone: all the others', 'weighted', { list: zones, own_zone: 'c', random: [0.1, 0.9], steps: picks(2) }, ['a1', 'b2']),
  say('an endpoint without a zone is elsewhere', 'weighted', { list: [host('n1'), host('a1', 100, 'a')], own_zone: 'a', random: [0, 0.99], steps: picks(2) }, ['a1', 'a1']),
  say('weights count, not heads', 'weighted', { list: [host('a1', 300, 'a', 'critical'), host('a2', 100, 'a'), host('b1', 100, 'b')], own_zone: 'a', random: [0.3499, 0, 0.35, 0], steps: picks(2) }, ['a2', 'b1']),
  run('with p2c and half a zone', 'p2c', [host('a1', 100, 'a', 'critical'), ...zones.slice(1)], 60, 29, { own_zone: 'a' }),
];

export const subsetCases: readonly Case[] = [
  ...[1, 3].map(subset_size => say(`${subset_size} of ten, by owner`, 'round_robin', { list: hosts(10), policy: { subset_size }, owner: '10.0.0.1:web:web-1', random: [0], steps: picks(subset_size + 1) })),
  say('another owner, another part', 'round_robin', { list: hosts(10), policy: { subset_size: 3 }, owner: '10.0.0.2:web:web-2', random: [0], steps: picks(4) }),
  say('as many as there are: all', 'round_robin', { list: abc, policy: { subset_size: 3 }, random: [0], steps: picks(3) }, ['a', 'b', 'c']),
  say('when one of it leaves, the next in rank takes its place', 'round_robin', {
    list: hosts(10), policy: { subset_size: 3, slow_start_ms: 0 }, owner: '10.0.0.1:web:web-1', random: [0], steps: [...picks(3), list(hosts(10).slice(0, 7), 5), ...picks(3, 5)],
  }),
  say('nobody is taken from outside when one was tried', 'round_robin', { list: hosts(10), policy: { subset_size: 1 }, owner: 'o', random: [0], steps: [pick(), pick(0, { exclude: hosts(10).map(({ instance }) => instance) })] }),
];

const grown = [host('a'), host('n')];

export const slowStartCases: readonly Case[] = [
  say('a new one begins with a tenth', 'weighted', { list: [host('a')], random: [0.9, 0.92], steps: [list(grown, 1_000), pick(1_000), pick(1_000)] }, ['a', 'n']),
  say('half the time, half the weight', 'weighted', { list: [host('a')], random: [0.6666, 0.6667], steps: [list(grown, 1_000), pick(6_000), pick(6_000)] }, ['a', 'n']),
  say('all of it when the time is over', 'weighted', { list: [host('a')], random: [0.4999, 0.5], steps: [list(grown, 1_000), pick(11_000), pick(11_000)] }, ['a', 'n']),
  say('none of the first list is new', 'weighted', { list: grown, random: [0.4999, 0.5], steps: picks(2) }, ['a', 'n']),
  say('the same instance with a new id is new', 'weighted', { list: grown, random: [0.9, 0.92], steps: [list([host('a'), { ...host('n'), id: 'ep_n_2' }], 1_000), pick(1_000), pick(1_000)] }, ['a', 'n']),
  say('where all are new, none is', 'weighted', { list: [host('z')], random: [0.4999, 0.5], steps: [list(grown, 1_000), pick(1_000), pick(1_000)] }, ['a', 'n']),
  say('0 turns it off', 'weighted', { list: [host('a')], policy: { slow_start_ms: 0 }, random: [0.4999, 0.5], steps: [list(grown, 1_000), pick(1_000), pick(1_000)] }, ['a', 'n']),
];

const four = ['a', 'b', 'c', 'd'].map(name => host(name));
const paused = (count: number): BalanceStep[] => [...picks(4), ...Array.from({ length: count }, (_, i) => done(i, 1, 1, 'overloaded', 5_000))];

export const panicCases: readonly Case[] = [
  say('one paused of four is left out', 'round_robin', { list: four, random: [0], steps: [...paused(1), ...picks(4, 10)] }, ['a', 'b', 'c', 'd', 'b', 'c', 'd', 'b']),
  say('half are enough', 'round_robin', { list: four, random: [0], steps: [...paused(2), ...picks(4, 10)] }, ['a', 'b', 'c', 'd', 'c', 'd', 'c', 'd']),
  say('fewer than half available: all count', 'round_robin', { list: four, random: [0], steps: [...paused(3), ...picks(4, 10)] }, ['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd']),
  say('a pause ends', 'round_robin', { list: four, random: [0], steps: [...paused(1), pick(5_000), pick(5_002, { exclude: ['b', 'c', 'd'] }), pick(5_003), pick(5_004), pick(5_005), pick(5_006)] }, ['a', 'b', 'c', 'd', 'b', 'a', 'b', 'c', 'd', 'a']),
  say('a threshold of 0 never panics', 'round_robin', { list: four, policy: { panic_threshold: 0 }, random: [0], steps: [...paused(3), ...picks(3, 10)] }, ['a', 'b', 'c', 'd', 'd', 'd', 'd']),
  say('none of those left is available: all of those left', 'round_robin', { list: four, random: [0], steps: [...paused(1), pick(10, { exclude: ['b', 'c', 'd'] })] }, ['a', 'b', 'c', 'd', 'a']),
];
