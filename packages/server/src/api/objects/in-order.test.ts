import { bool, choice, int, list, map, nullable, object, text } from '@miko/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inOrder } from './in-order.ts';

const schema = object({
  zone: text({ max: 9 }), area: nullable(object({ b: int({ min: 0, max: 9 }), a: bool() })), labels: map(text({ max: 9 }), { keys: '^.*$', max: 9 }),
  checks: list(choice('type', { http: { path: text({ max: 9 }) }, tcp: {} }), { max: 3 }),
});

it('fields come as the schema declares them, keys of maps and fields of unions by name', () => {
  const shuffled = { checks: [{ type: 'http', path: '/' }, { type: 'tcp' }], labels: { b: '1', a: '2' }, area: { a: true, b: 1 }, zone: 'z' };
  expect(JSON.stringify(inOrder(schema, shuffled))).toBe(
    '{"zone":"z","area":{"b":1,"a":true},"labels":{"a":"2","b":"1"},"checks":[{"path":"/","type":"http"},{"type":"tcp"}]}',
  );
  expect(inOrder(schema, { ...shuffled, area: null })).toEqual({ ...shuffled, area: null });
});

it('nothing is lost, and whatever order it came in, it leaves in one', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 }), labels => {
    const spec = { zone: 'z', area: null, labels, checks: [] };
    const turned = { ...spec, labels: Object.fromEntries(Object.entries(labels).toReversed()) };
    expect(inOrder(schema, spec)).toEqual(spec);
    expect(JSON.stringify(inOrder(schema, turned))).toBe(JSON.stringify(inOrder(schema, spec)));
  }));
});
