import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { newDataDir } from './crash-rig.test.support.ts';
import { clusterFolder, openCluster } from './initialise.ts';
import { runUser } from './run-user.ts';
import { startEmbedded } from './server.ts';
import { connect } from './writers.test.support.ts';

const dataDirOfTest = () => newDataDir((fn) => onTestFinished(fn));

describe('a new data folder', () => {
  test('is closed to others, with a password of its own that the server asks for', async () => {
    const dataDir = dataDirOfTest();
    const server = await startEmbedded({ dataDir });
    const mode = (path: string) => (statSync(join(dataDir, path)).mode & 0o777).toString(8);
    expect([mode('.'), mode('postgres'), mode('postgres/data'), mode('postgres/password')]).toEqual(['700', '700', '700', '600']);
    expect((statSync(server.connection.host).mode & 0o777).toString(8)).toBe('700');
    expect(readFileSync(join(dataDir, 'postgres/password'), 'utf8')).toBe(server.connection.password);
    expect(server.connection.password).toMatch(/^[\w-]{32}$/);
    await expect(connect({ ...server.connection, password: 'wrong' })).rejects.toMatchObject({ code: '28P01' });
    const commandLine = readFileSync(`/proc/${server.pid}/cmdline`, 'utf8');
    expect(commandLine).not.toContain(server.connection.password);

    const client = await connect(server.connection);
    const { rows } = await client.query(`select name, setting from pg_settings where name in
      ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses', 'TimeZone', 'server_encoding') order by name`);
    await client.end();
    expect(Object.fromEntries(rows.map(({ name, setting }: { name: string; setting: string }) => [name, setting]))).toEqual({
      TimeZone: 'UTC',
      data_checksums: 'on',
      fsync: 'on',
      full_page_writes: 'on',
      listen_addresses: '',
      server_encoding: 'UTF8',
      synchronous_commit: 'on',
    });

    await server.stop();
    await server.stop();
    expect(await server.exited).toMatchObject({ code: 0 });
    expect(existsSync(server.connection.host)).toBe(false);
  });

  test('holds nothing after an initdb that failed', async () => {
    const dataDir = dataDirOfTest();
    mkdirSync(dataDir);
    const broken = { initdb: '/bin/false', postgres: '/bin/false' };
    await expect(openCluster(dataDir, broken, runUser(clusterFolder(dataDir)))).rejects.toMatchObject({ code: 'initialise_failed' });
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('may not be a file', async () => {
    const dataDir = dataDirOfTest();
    writeFileSync(dataDir, '');
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({ code: 'data_folder' });
  });
});

describe('an existing data folder is refused before any start', () => {
  test('when another major version wrote it', async () => {
    const dataDir = dataDirOfTest();
    await (await startEmbedded({ dataDir })).stop();
    writeFileSync(join(clusterFolder(dataDir), 'PG_VERSION'), '17\n');
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({
      code: 'wrong_version',
      message: expect.stringMatching(/written by PostgreSQL 17, and this Miko brings PostgreSQL 18/),
    });
  });

  test('when its password is lost', async () => {
    const dataDir = dataDirOfTest();
    await (await startEmbedded({ dataDir })).stop();
    rmSync(join(dataDir, 'postgres/password'));
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({
      code: 'data_folder',
      message: expect.stringContaining(join(dataDir, 'postgres/password')),
    });
  });
});

test('a server that cannot start says why, with the last lines of its log', async () => {
  const dataDir = dataDirOfTest();
  await (await startEmbedded({ dataDir })).stop();
  rmSync(join(clusterFolder(dataDir), 'global/pg_control'));
  await expect(startEmbedded({ dataDir })).rejects.toMatchObject({
    code: 'start_failed',
    message: expect.stringContaining('pg_control'),
  });
});
