import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const key = { AWS_REGION: 'eu-1', AWS_ACCESS_KEY_ID: 'someone', AWS_SECRET_ACCESS_KEY: 'a-secret-key' };

test('the record stays 90 days and goes into the data directory, unless it is told otherwise', () => {
  expect(readConfig({ MIKO_DATA_DIR: '/var/lib/miko' })).toMatchObject({ auditDays: 90, archive: '/var/lib/miko/archive' });
  expect(readConfig({ MIKO_AUDIT_DAYS: '400', MIKO_ARCHIVE: '/mnt/records' })).toMatchObject({ auditDays: 400, archive: '/mnt/records' });
});

test('beside a database of its own the record goes nowhere, unless it is told where all Mikos reach it', () => {
  const MIKO_DATABASE_URL = 'postgres://miko@db/miko';
  expect(readConfig({ MIKO_DATABASE_URL })).toMatchObject({ archive: null });
  expect(readConfig({ MIKO_DATABASE_URL, MIKO_ARCHIVE: '/mnt/records' })).toMatchObject({ archive: '/mnt/records' });
});

test('an archive in a bucket', () => {
  expect(readConfig({ ...key, MIKO_ARCHIVE: 's3://records/miko/eu' }).archive).toEqual({
    endpoint: 'https://s3.eu-1.amazonaws.com', region: 'eu-1', bucket: 'records', prefix: 'miko/eu/', credentials: { accessKeyId: 'someone', secretAccessKey: 'a-secret-key', sessionToken: null },
  });
  expect(readConfig({ ...key, AWS_SESSION_TOKEN: 'for-an-hour', MIKO_ARCHIVE: 's3://records' }).archive).toMatchObject({ credentials: { sessionToken: 'for-an-hour' } });
  expect(readConfig({ ...key, MIKO_ARCHIVE: 's3://records', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000/' }).archive).toMatchObject({ endpoint: 'http://127.0.0.1:9000', prefix: '' });
});

test.each<[string, NodeJS.ProcessEnv]>([
  ['MIKO_AUDIT_DAYS', { MIKO_AUDIT_DAYS: '0' }],
  ['MIKO_AUDIT_DAYS', { MIKO_AUDIT_DAYS: 'many' }],
  ['MIKO_ARCHIVE', { MIKO_ARCHIVE: 'ftp://records' }],
  ['MIKO_ARCHIVE', { ...key, MIKO_ARCHIVE: 's3://Not_a_bucket' }],
  ['MIKO_ARCHIVE', { ...key, MIKO_ARCHIVE: 's3://records/a/../b' }],
  ['MIKO_ARCHIVE', { ...key, MIKO_ARCHIVE: 's3://records/./b' }],
  ['MIKO_ARCHIVE', { ...key, MIKO_ARCHIVE: 's3://records/a//b' }],
  ['AWS_REGION', { ...key, AWS_REGION: '', MIKO_ARCHIVE: 's3://records' }],
  ['AWS_SECRET_ACCESS_KEY', { ...key, AWS_SECRET_ACCESS_KEY: '', MIKO_ARCHIVE: 's3://records' }],
  ['MIKO_DATABASE_URL', { MIKO_DATABASE_URL: 'mysql://miko:a-secret-key@db/miko' }],
  ['MIKO_DATABASE_URL', { MIKO_DATABASE_URL: 'postgres://miko:12/a-secret-key@db/miko' }],
  ['MIKO_DATABASE_URL', { MIKO_DATABASE_URL: 'postgres://miko:a-secret-key@db:x/miko' }],
  ['AWS_ENDPOINT_URL_S3', { ...key, AWS_ENDPOINT_URL_S3: 'nowhere', MIKO_ARCHIVE: 's3://records' }],
])('a bad %s is named, and no secret with it', (variable, env) => {
  expect(() => readConfig(env)).toThrow(expect.objectContaining({ variable, message: expect.not.stringContaining('a-secret-key') as string }));
});
