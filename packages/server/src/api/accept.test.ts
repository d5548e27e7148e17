import { describe, expect, it } from 'vitest';
import { accepts } from './accept.ts';

describe('a caller takes application/json', () => {
  it.each([
    undefined, '', '*/*', 'application/json', 'APPLICATION/JSON', 'application/*', 'text/html, application/json', 'text/html;q=0.9,*/*;q=0.1', 'application/json; charset=utf-8',
    'application/json;q=0.001', 'application/json ; q=1', '*/*;q=0, application/json', 'application/json;q=0, application/json;q=0.5', ' , application/json',
  ])('with Accept: %s', header => {
    expect(accepts(header, ['application/json'])).toBe(true);
  });
});

describe('and does not take it', () => {
  it.each([
    'text/html', 'application/xml', 'application/jsonp', 'application/json-seq', 'application', 'json', '*', 'text/*', 'application/json;q=0', 'application/json;q=0.0', '*/*;q=0',
    // The range that fits best decides.
    '*/*, application/json;q=0', 'application/*;q=0, */*', 'application/json;q=x', ';', ',',
  ])('with Accept: %s', header => {
    expect(accepts(header, ['application/json'])).toBe(false);
  });
});

it('one of several types is enough', () => {
  expect(accepts('text/plain', ['application/json', 'text/plain'])).toBe(true);
  expect(accepts('application/json', ['text/event-stream'])).toBe(false);
  expect(accepts('text/event-stream', ['text/event-stream'])).toBe(true);
});
