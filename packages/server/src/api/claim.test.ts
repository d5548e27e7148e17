import { newestApiDate, type Actor } from '@miko/model';
import { describe, expect, it } from 'vitest';
import type { Call } from './call.ts';
import { claimOf } from './claim.ts';
import { defineEndpoint } from './operation.ts';

const actor: Actor = { id: 'tok_1', name: 'a', credential: 'tok_1', apiDate: newestApiDate, role: 'writer', project: null, audience: 'internal' };
const action = { name: 'thing.write', role: 'writer' } as const;
const operation = defineEndpoint({ id: 'thing_create', method: 'POST', path: '/v1/things', action, summary: 'x', run: () => ({ status: 200, headers: {}, body: null }) });
const lines = defineEndpoint({
  id: 'thing_lines', method: 'POST', path: '/v1/things:lines', action, summary: 'x', mediaTypes: ['application/x-ndjson'], run: () => ({ status: 200, headers: {}, body: null }),
});
const call = (key: string | undefined, more: Partial<Call> = {}): Call => ({
  method: 'POST', url: '/v1/things', headers: key === undefined ? {} : { 'idempotency-key': key }, remote: '', body: () => Promise.resolve(Buffer.alloc(0)), ...more,
});
const body = Buffer.from('{"a":1}');

describe('an Idempotency-Key', () => {
  it('claims for its credential, with a fingerprint of what is asked', () => {
    const claim = claimOf(call('k-1'), operation, actor, body);
    expect(claim).toMatchObject({ credential: 'tok_1', key: 'k-1', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(claimOf(call('k-1'), operation, actor, Buffer.from('{"a":1}'))).toEqual(claim);
  });

  it('has another fingerprint for another body, address or API date', () => {
    const of = (one: Call, raw: Buffer) => claimOf(one, operation, actor, raw)!.fingerprint;
    const all = [
      of(call('k'), body), of(call('k'), Buffer.from('{"a":2}')), of(call('k', { url: '/v1/things?dry_run=true' }), body),
      of(call('k', { headers: { 'idempotency-key': 'k', 'miko-version': newestApiDate } }), body),
    ];
    expect(new Set(all).size).toBe(4);
  });

  it('says nothing where there is none, to other methods, and where the body is no JSON', () => {
    expect(claimOf(call(undefined), operation, actor, body)).toBeNull();
    expect(claimOf(call('k', { method: 'PUT' }), operation, actor, body)).toBeNull();
    expect(claimOf(call('k'), lines, actor, body)).toBeNull();
  });

  it.each(['', ' ', 'a b', 'ä', 'a\n', 'k'.repeat(201)])('is refused where it is %j', key => {
    expect(() => claimOf(call(key), operation, actor, body)).toThrow(expect.objectContaining({ code: 'invalid_request', flaws: [expect.objectContaining({ pointer: 'Idempotency-Key' })] }));
  });
});
