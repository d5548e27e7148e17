import { describe, expect, test } from 'vitest';
import { MOST_KEPT_BYTES, type CallClaim, type Claim, type KeptAnswer } from './kept-answer.ts';
import { pruneQuery } from '../sessions.ts';
import { by, codeOf, create, eventually, lockedCounter, service, stateOf, testClient, testServer, testStore } from '../store.test.support.ts';

const database = testServer();
const answer: KeptAnswer = { status: 201, headers: { etag: '"1"' }, body: '{"name":"web"}' };
const claim = (more: Partial<Claim> = {}): Claim => ({ credential: 'tok_1', key: 'key', fingerprint: 'f', answer: () => answer, ...more });

describe('a write under a key', () => {
  test('happens once, and is answered the same', async () => {
    const connection = await database.database();
    const [one, other] = [testStore(connection), testStore(connection)];
    const made = await create(one, 'web', { claim: claim({ answer: ({ object }) => ({ ...answer, body: `${object.name} ${object.revision}` }) }) });
    expect(made).toMatchObject({ object: { name: 'web' } });
    let decisions = 0;
    const again = await other.writeObject(by, async () => {
      decisions++;
      return service('web');
    }, { claim: claim() });
    expect(again).toEqual({ replay: { ...answer, body: 'web 1' } });
    expect(decisions).toBe(0);
    expect(await stateOf(connection)).toMatchObject({ revision: 1, kept: 1 });
  });

  test('belongs to its credential, and to one call', async () => {
    const store = testStore(await database.database());
    await create(store, 'web', { claim: claim() });
    expect(await codeOf(create(store, 'mail', { claim: claim({ fingerprint: 'g' }) }))).toBe('idempotency_mismatch');
    expect(await create(store, 'mail', { claim: claim({ credential: 'tok_2', fingerprint: 'g' }) })).toMatchObject({ object: { revision: 2 } });
  });

  test('does not wait for the same call that is running', async () => {
    const connection = await database.database();
    const [one, other] = [testStore(connection), testStore(connection)];
    const lock = await lockedCounter(connection);
    const first = create(one, 'web', { claim: claim() });
    await lock.waiting(1);
    expect(await codeOf(create(other, 'web', { claim: claim() }))).toBe('in_flight');
    await lock.letGo();
    await first;
    expect(await create(other, 'web', { claim: claim() })).toEqual({ replay: answer });
  });

  test('is kept only with what it answered: a refusal, nothing written and a dry run keep nothing', async () => {
    const connection = await database.database();
    const store = testStore(connection);
    await create(store, 'web');
    expect(await codeOf(create(store, 'web', { claim: claim() }))).toBe('conflict');
    expect(await store.writeObject(by, async () => null, { claim: claim() })).toBeNull();
    await create(store, 'mail', { claim: claim(), dryRun: true });
    expect(await codeOf(create(store, 'mail', { claim: claim({ answer: () => ({ ...answer, body: 'x'.repeat(MOST_KEPT_BYTES) }) }) }))).toBe('too_large');
    expect(await stateOf(connection)).toMatchObject({ revision: 1, kept: 0 });
  });

  test('is free again after 24 hours, and then pruned', async () => {
    const connection = await database.database();
    const [store, client] = [testStore(connection), await testClient(connection)];
    const age = () => client.query(`update idempotency set kept_at = kept_at - interval '24 hours'`);
    await create(store, 'web', { claim: claim() });
    await age();
    expect(await create(store, 'mail', { claim: claim({ fingerprint: 'g' }) })).toMatchObject({ object: { name: 'mail' } });
    expect((await client.query(pruneQuery, [86_400])).rows).toEqual([{ pruned: 0, more: false }]);
    expect(await stateOf(connection)).toMatchObject({ kept: 1 });
    await age();
    await client.query(pruneQuery, [86_400]);
    expect(await stateOf(connection)).toMatchObject({ kept: 0 });
  });
});

describe('a call under a key that writes no object', () => {
  const call: CallClaim = { credential: 'tok_1', key: 'key', fingerprint: 'f' };

  test('runs once, and is answered the same', async () => {
    const connection = await database.database();
    const [one, other] = [testStore(connection), testStore(connection)];
    let runs = 0;
    const run = async () => {
      runs++;
      return answer;
    };
    expect(await one.claimed(call, run)).toEqual(answer);
    expect([await one.claimed(call, run), await other.claimed(call, run)]).toEqual([answer, answer]);
    expect(await codeOf(other.claimed({ ...call, fingerprint: 'g' }, run))).toBe('idempotency_mismatch');
    expect(runs).toBe(1);
  });

  test('does not wait for the same call that is running, here or at another Miko; others run beside it', async () => {
    const connection = await database.database();
    const [one, other] = [testStore(connection), testStore(connection)];
    const gate = Promise.withResolvers<KeptAnswer>();
    const started = Promise.withResolvers<void>();
    const first = one.claimed(call, () => {
      started.resolve();
      return gate.promise;
    });
    await started.promise;
    expect(await codeOf(one.claimed(call, async () => answer))).toBe('in_flight');
    expect(await codeOf(other.claimed(call, async () => answer))).toBe('in_flight');
    expect(await codeOf(create(other, 'web', { claim: claim() }))).toBe('in_flight');
    expect(await one.claimed({ ...call, key: 'another' }, async () => answer)).toEqual(answer);
    gate.resolve(answer);
    await first;
    expect(await create(other, 'web', { claim: claim() })).toEqual({ replay: answer });
  });

  test('that fails keeps nothing and may be tried again', async () => {
    const store = testStore(await database.database());
    await expect(store.claimed(call, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await store.claimed(call, async () => answer)).toEqual(answer);
  });

  test('is answered where its answer is too large to be kept, or the connection was lost meanwhile', async () => {
    const connection = await database.database();
    const [store, client] = [testStore(connection), await testClient(connection)];
    const lost: unknown[] = [];
    store.answerLost = ({ key }, error) => lost.push([key, (error as { code?: string }).code ?? 'a lost connection']);
    const large = { ...answer, body: 'x'.repeat(MOST_KEPT_BYTES) };
    expect(await store.claimed(call, async () => large)).toEqual(large);
    expect(await store.claimed(call, async () => {
      await client.query(`select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'miko-claims' and datname = current_database()`);
      return answer;
    })).toEqual(answer);
    expect(lost).toEqual([['key', 'too_large'], ['key', 'a lost connection']]);
    await eventually('a new connection', async () => ((await codeOf(store.claimed(call, async () => answer))) === 'done' ? true : undefined));
    expect(await stateOf(connection)).toMatchObject({ kept: 1 });
  });
});
