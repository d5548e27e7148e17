import { expect, test } from 'vitest';
import { createWorld } from '../testing/world.ts';
import { createDeadlines } from './deadlines.ts';
import type { Due } from './deadlines.ts';

function due(name: string, expired: string[]): Due {
  return { dueAt: Number.POSITIVE_INFINITY, before: null, after: null, lane: null, expire: () => expired.push(name) };
}

test('what expires and adds another does not make those between late', () => {
  const { runtime, advance } = createWorld();
  const deadlines = createDeadlines(runtime);
  const expired: string[] = [];
  const [b, c] = ['b', 'c'].map((name) => due(name, expired)) as [Due, Due];
  const a: Due = { ...due('a', expired), expire: () => (expired.push('a'), deadlines.add(c, 1_000, runtime.now())) };
  deadlines.add(a, 1_000, runtime.now());
  advance(500);
  deadlines.add(b, 1_000, runtime.now());
  advance(1_000);
  expect(expired).toEqual(['a', 'b']);
  advance(500);
  expect(expired).toEqual(['a', 'b', 'c']);
});

test('each expires at its own time, whatever leaves before it', () => {
  const { runtime, advance } = createWorld();
  const deadlines = createDeadlines(runtime);
  const expired: string[] = [];
  const [a, b, c, short] = ['a', 'b', 'c', 'short'].map((name) => due(name, expired)) as [Due, Due, Due, Due];
  for (const one of [a, b, c]) {
    deadlines.add(one, 1_000, runtime.now());
    advance(100);
  }
  deadlines.add(short, 50, runtime.now());
  deadlines.remove(a);
  advance(50);
  expect(expired).toEqual(['short']);
  advance(749);
  expect(expired).toEqual(['short']);
  advance(1);
  expect(expired).toEqual(['short', 'b']);
  advance(100);
  expect(expired).toEqual(['short', 'b', 'c']);
  for (const one of [a, b, c, short]) deadlines.remove(one);
});

test('one in the middle leaves, and what expires may add another', () => {
  const { runtime, advance } = createWorld();
  const deadlines = createDeadlines(runtime);
  const expired: string[] = [];
  const [a, b, c] = ['a', 'b', 'c'].map((name) => due(name, expired)) as [Due, Due, Due];
  const again: Due = { ...due('again', expired), expire: () => (expired.push('again'), deadlines.add(c, 10, runtime.now())) };
  deadlines.add(a, 10, runtime.now());
  deadlines.add(b, 10, runtime.now());
  deadlines.add(again, 10, runtime.now());
  deadlines.remove(b);
  advance(10);
  expect(expired).toEqual(['a', 'again']);
  advance(10);
  expect(expired).toEqual(['a', 'again', 'c']);
});
