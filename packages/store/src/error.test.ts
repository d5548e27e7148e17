import { describe, expect, test } from 'vitest';
import { asStoreError, isUnavailable, isUndone, StoreError } from './error.ts';

const coded = (code: string, message = 'something') => Object.assign(new Error(message), { code });

describe('errors', () => {
  test.each([
    coded('ECONNREFUSED'), coded('ENOENT'), coded('EPIPE'), coded('EHOSTUNREACH'), coded('ETIMEDOUT'),
    coded('57P01'), coded('57P03'), coded('57014'), coded('08006'), coded('53300'), coded('53100'), coded('58030'), coded('28P01'), coded('25006'), coded('25P03'), coded('55P03'),
    new Error('Connection terminated unexpectedly'), new Error('Connection terminated due to connection timeout'), new Error('timeout expired'),
    new Error('timeout exceeded when trying to connect'), new Error('Client has encountered a connection error and is not queryable'),
    new Error('Cannot use a pool after calling end on the pool'), new StoreError('unavailable', 'gone'),
  ])('that say the server is not there or cannot: %s', error => {
    expect(isUnavailable(error)).toBe(true);
    expect(asStoreError(error)).toMatchObject({ name: 'StoreError', code: 'unavailable' });
  });

  test.each([
    coded('23505'), coded('22021'), coded('42703'), coded('40P01'), coded('2200'), new Error('a label says: Connection terminated'), 'text', null, undefined,
    new StoreError('conflict', 'taken'), new StoreError('overloaded', 'too many'),
  ])('that say something else stay what they are: %s', error => {
    expect(isUnavailable(error)).toBe(false);
    expect(asStoreError(error)).toBe(error);
  });

  test('that the server undid for another\'s sake may be tried again', () => {
    expect(['40P01', '40001', '23505', '57P01'].map(code => isUndone(coded(code)))).toEqual([true, true, false, false]);
  });
});
