import { expect, test } from 'vitest';
import { wireEndpoint } from './testing/fake-miko.ts';
import { readFrame } from './wire.ts';

test('a snapshot, a delta and a bookmark are read; fields that this version does not know are dropped', () => {
  const endpoint = { ...wireEndpoint('web-1'), colour: 'red' };
  const snapshot = readFrame('snapshot', JSON.stringify({ revision: 7, more: 1, services: { web: { state: 'known', revision: 7, endpoints: [endpoint] } } }));
  expect(snapshot).toEqual({
    type: 'snapshot',
    revision: 7,
    services: new Map([['web', { state: 'known', cause: null, revision: 7, endpoints: [{ ...wireEndpoint('web-1'), held: false }] }]]),
  });
  const delta = readFrame('delta', JSON.stringify({ revision: 8, services: { web: { state: 'empty', cause: 'departed', revision: 8, set: [], gone: [{ instance: 'web-1', id: 'ep_1', cause: 'departed' }] } } }));
  expect(delta).toEqual({
    type: 'delta',
    revision: 8,
    services: new Map([['web', { state: 'empty', cause: 'departed', revision: 8, set: [], gone: [{ instance: 'web-1', id: 'ep_1' }] }]]),
  });
  expect(readFrame('bookmark', '{"revision":9}')).toEqual({ type: 'bookmark', revision: 9 });
});

test('health and state may be words of a later Miko', () => {
  const list = { state: 'known', revision: 1, endpoints: [wireEndpoint('web-1', { health: 'resting', state: 'parked' })] };
  expect(() => readFrame('snapshot', JSON.stringify({ revision: 1, services: { web: list } }))).not.toThrow();
});

test('an event of a later Miko is passed over', () => {
  expect(readFrame('weather', 'rain')).toEqual({ type: 'other' });
});

test.each([
  ['snapshot', '{', /not JSON/],
  ['snapshot', '[]', /snapshot should be an object/],
  ['bookmark', '{"revision":"9"}', /bookmark.revision should be a whole number/],
  ['snapshot', '{"revision":1}', /services should be an object/],
  ['snapshot', '{"revision":1,"services":{"web":{"state":"full","endpoints":[]}}}', /web.state should be known, empty or unknown/],
  ['snapshot', '{"revision":1,"services":{"web":{"state":"known"}}}', /web.endpoints should be a list/],
  ['delta', '{"revision":1,"services":{"web":{"state":"known","set":[{}]}}}', /web.id should be a string/],
  ['delta', '{"revision":1,"services":{"web":{"state":"known","gone":[{"instance":"a"}]}}}', /web.gone.id should be a string/],
])('a %s of the wrong shape is a bad answer: %s', (event, data, message) => {
  expect(() => readFrame(event, data)).toThrow(message);
});
