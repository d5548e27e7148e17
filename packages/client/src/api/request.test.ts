import { expect, it } from 'vitest';
import type { ApiOperation } from './operation.ts';
import { requestOf } from './request.ts';

const create: ApiOperation = {
  method: 'POST',
  path: '/v1/projects/{project}/services',
  ownProject: true,
  query: { dryRun: 'dry_run', tag: 'tag', service: 'service' },
  repeated: ['tag'],
  headers: { idempotencyKey: 'Idempotency-Key', timeoutMs: 'Miko-Timeout-Ms' },
  body: 'json',
};
const asked = (given: object) => requestOf(create, { body: {}, ...given } as object, 'shop');

it('a call without a project is about the client\'s own', () => {
  expect(asked({}).path).toBe('/v1/projects/shop/services');
  expect(asked({ project: 'a/b' }).path).toBe('/v1/projects/a%2Fb/services');
});

it.each(['', '.', '..'])('a name that would make it another operation\'s path is refused: "%s"', (project) => {
  expect(() => asked({ project })).toThrow('project must be a name');
});

it('lists of the query come joined, or a pair each where the document says so; what is undefined is left out', () => {
  expect(asked({ service: ['a', 'b'], tag: ['x y', 'z'], dryRun: undefined }).path).toBe('/v1/projects/shop/services?tag=x%20y&tag=z&service=a,b');
  expect(asked({ dryRun: false }).path).toBe('/v1/projects/shop/services?dry_run=false');
});

it('headers have the names of the wire, and hold no line ends', () => {
  expect(asked({ idempotencyKey: 'k' }).headers).toEqual({ 'idempotency-key': 'k', 'content-type': 'application/json' });
  expect(() => asked({ idempotencyKey: 'k\r\nx: y' })).toThrow('idempotencyKey must be printable characters');
});

it('a call waits as long as it said, else as long as Miko does and as it is asked to wait for', () => {
  expect(asked({}).waitMs).toBe(32_000);
  expect(asked({ timeoutMs: 500 }).waitMs).toBe(2_500);
  expect(asked({ waitSeconds: 60 }).waitMs).toBe(92_000);
});

it.each([
  ['patch', { spec: null }, 'application/merge-patch+json', '{"spec":null}'],
  ['patch', [{ op: 'remove' }], 'application/json-patch+json', '[{"op":"remove"}]'],
  ['lines', [{ a: 1 }, { a: 2 }], 'application/x-ndjson', '{"a":1}\n{"a":2}\n'],
  ['form', { grant_type: 'client_credentials', client_id: undefined }, 'application/x-www-form-urlencoded', 'grant_type=client_credentials'],
] as const)('a body of %s is sent as %j', (body, value, mediaType, text) => {
  const sent = requestOf({ ...create, body }, { body: value } as object, 'shop');
  expect([sent.headers['content-type'], sent.body]).toEqual([mediaType, text]);
});

it('a body that is missing is refused by name', () => {
  expect(() => requestOf(create, {}, 'shop')).toThrow('body is missing');
});
