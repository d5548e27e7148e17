import { expect, test } from 'vitest';
import { createEvents } from './events.ts';

test('every listener hears, until it does not want to any more; one that throws hinders no other', () => {
  const thrown: unknown[] = [];
  const events = createEvents((error, event) => thrown.push([error, event]));
  const heard: string[] = [];
  events.on('picked', () => {
    throw 'oops';
  });
  const stop = events.on('picked', ({ instance }) => heard.push(instance));
  events.emit('picked', { service: 'web', instance: 'web-1' });
  stop();
  events.emit('picked', { service: 'web', instance: 'web-2' });
  expect(heard).toEqual(['web-1']);
  expect(thrown).toEqual([['oops', 'picked'], ['oops', 'picked']]);
});

test('it is known whether anybody listens', () => {
  const events = createEvents(() => undefined);
  expect(events.heard('retried')).toBe(false);
  const stop = events.on('retried', () => undefined);
  expect([events.heard('retried'), events.heard('picked')]).toEqual([true, false]);
  stop();
  expect(events.heard('retried')).toBe(false);
});
