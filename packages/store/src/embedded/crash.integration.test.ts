import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test, type ExpectStatic } from 'vitest';
import { usableBinaries, installedPackage } from './binaries.ts';
import { allOf, eventually, killAll, newDataDir, postmasterOf, standIn, watcherOf } from './crash-rig.test.support.ts';
import { clusterFolder } from './initialise.ts';
import { processEntry } from './process-table.ts';
import { runUser } from './run-user.ts';
import { startEmbedded } from './server.ts';
import { connect, lostRows, startWriters } from './writers.test.support.ts';

const root = process.getuid?.() === 0;

describe.concurrent('an acknowledged row survives', () => {
  test('kill -9 of the server, which the same Miko starts anew, at once or later', async ({ expect, onTestFinished }) => {
    const dataDir = newDataDir(onTestFinished);
    const acked = new Set<number>();
    let server = await startEmbedded({ dataDir });
    for (const waits of [false, true, false]) {
      const goal = acked.size + 50;
      const writers = await startWriters(server.connection, (id) => acked.add(id));
      await eventually('rows', () => acked.size >= goal || undefined);
      process.kill(server.pid, 'SIGKILL');
      if (waits) expect(await server.exited).toMatchObject({ code: null, log: expect.stringContaining('starting PostgreSQL') });
      const next = await startEmbedded({ dataDir });
      await writers.ended;
      expect(await lostRows(next.connection, acked)).toEqual([]);
      server = next;
    }
    await server.stop();
    expect(allOf(dataDir)).toEqual([]);
  });

  test('kill -9 of Miko, with whom the server dies', async ({ expect, onTestFinished }) => {
    const dataDir = newDataDir(onTestFinished);
    const miko = standIn(onTestFinished, dataDir);
    await miko.moreRows(50);
    const { socketFolder } = await serving(miko, dataDir);
    await miko.killWith([]);
    await eventually('the end of the server and its watcher', () => allOf(dataDir).length === 0 || undefined);
    expect(existsSync(join(clusterFolder(dataDir), 'postmaster.pid'))).toBe(false);
    expect(existsSync(socketFolder)).toBe(false);
    await comesBack(dataDir, miko.acked, expect);
  });

  test('kill -9 of Miko, with the next one starting at once', async ({ expect, onTestFinished }) => {
    const dataDir = newDataDir(onTestFinished);
    const acked = new Set<number>();
    for (let round = 0; round < 3; round += 1) {
      const miko = standIn(onTestFinished, dataDir);
      await miko.moreRows(50);
      await miko.killWith([]);
      miko.acked.forEach((id) => acked.add(id));
    }
    await comesBack(dataDir, acked, expect);
  });

  test('kill -9 of Miko, server and watcher at the same moment', async ({ expect, onTestFinished }) => {
    const dataDir = newDataDir(onTestFinished);
    const acked = new Set<number>();
    for (let round = 0; round < 3; round += 1) {
      const miko = standIn(onTestFinished, dataDir);
      await miko.moreRows(50);
      await miko.killWith(allOf(dataDir));
      miko.acked.forEach((id) => acked.add(id));
    }
    const { socketFolder } = readSocket(dataDir);
    await comesBack(dataDir, acked, expect);
    expect(existsSync(socketFolder)).toBe(false);
  });

  test('the same for an ordinary user', async ({ expect, onTestFinished }) => {
    const uid = root ? 65534 : undefined;
    const dataDir = newDataDir(onTestFinished, uid);
    const as = { ...(uid !== undefined && { uid }), packageFolder: await readablePackage(onTestFinished) };
    const acked = new Set<number>();
    for (const all of [false, true]) {
      const miko = standIn(onTestFinished, dataDir, as);
      await miko.moreRows(50);
      await miko.killWith(all ? allOf(dataDir) : []);
      miko.acked.forEach((id) => acked.add(id));
    }
    const miko = standIn(onTestFinished, dataDir, as);
    const server = Number(await miko.line(/^ready (\d+)/));
    expect(processEntry(server)?.uid).toBe(statSync(dataDir).uid);
    const password = readFileSync(join(dataDir, 'postgres/password'), 'utf8');
    const { socketFolder: host } = readSocket(dataDir);
    expect(await lostRows({ host, user: 'miko', password, database: 'postgres' }, acked)).toEqual([]);
  });
});

describe.concurrent('a start gets past', () => {
  test('a killed server that nobody reaps', async ({ expect, onTestFinished }) => {
    const dataDir = newDataDir(onTestFinished);
    const miko = standIn(onTestFinished, dataDir);
    await miko.moreRows(20);
    const { pid } = await serving(miko, dataDir);
    process.kill(miko.pid, 'SIGSTOP'); // it does not reap its child now
    process.kill(pid, 'SIGKILL');
    await eventually('a zombie', () => processEntry(pid)?.live === false || undefined);
    const server = await startEmbedded({ dataDir });
    expect(processEntry(pid)?.live).toBe(false);
    await miko.killWith([]);
    expect(await lostRows(server.connection, miko.acked)).toEqual([]);
    await server.stop();
  });

  test('an orphan: Miko and the watcher killed, also with its pid file removed', async ({ expect, onTestFinished }) => {
    const dataDir = newDataDir(onTestFinished);
    for (const removed of [false, true]) {
      const miko = standIn(onTestFinished, dataDir);
      await miko.moreRows(20);
      const { pid, socketFolder } = await serving(miko, dataDir);
      killAll(watcherOf(dataDir));
      await miko.killWith([]);
      if (removed) rmSync(join(clusterFolder(dataDir), 'postmaster.pid'));
      expect(postmasterOf(dataDir)).toEqual([pid]);
      await comesBack(dataDir, miko.acked, expect);
      expect(existsSync(socketFolder)).toBe(false);
    }
  });

  test('a stopped backend that outlives its killed server', async ({ expect, onTestFinished }) => {
    const dataDir = newDataDir(onTestFinished);
    const server = await startEmbedded({ dataDir });
    const client = await connect(server.connection);
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const backend = rows[0]?.pid ?? 0;
    process.kill(backend, 'SIGSTOP');
    process.kill(server.pid, 'SIGKILL');
    const next = await startEmbedded({ dataDir });
    expect(processEntry(backend)?.live ?? false).toBe(false);
    await next.stop();
    await client.end().catch(() => {});
  });

  test('a pid file that is empty, or names another living process', async ({ expect, onTestFinished }) => {
    const dataDir = newDataDir(onTestFinished);
    await (await startEmbedded({ dataDir })).stop();
    const stale = ['/proc/self/cwd', '1700000000', '5432', '/tmp/miko-pg-000000', '', '  123456     32768', 'ready   '];
    for (const content of ['', [process.pid, ...stale].join('\n')]) {
      writeFileSync(join(clusterFolder(dataDir), 'postmaster.pid'), content);
      const server = await startEmbedded({ dataDir });
      expect(readSocket(dataDir).pid).toBe(server.pid);
      await server.stop();
    }
  });

  test('an initdb that was killed with its Miko', async ({ expect, onTestFinished }) => {
    const dataDir = newDataDir(onTestFinished);
    const miko = standIn(onTestFinished, dataDir);
    const files = () => (existsSync(dataDir) ? readdirSync(dataDir) : []);
    const fresh = await eventually('initdb at work', () => files().find((name) => existsSync(join(dataDir, name, 'data/global'))));
    expect(fresh).toMatch(/^postgres\.new-/);
    await miko.killWith([]);
    expect(files()).toEqual([fresh]);
    const server = await startEmbedded({ dataDir });
    expect(files()).toEqual(['postgres']);
    await server.stop();
  });
});

describe.concurrent('one Miko per data folder', () => {
  test('a second one is refused after 10 s, with the pid of the first, which goes on', async ({ expect, onTestFinished }) => {
    const dataDir = newDataDir(onTestFinished);
    const first = standIn(onTestFinished, dataDir);
    await first.line(/^ready (\d+)/);
    const began = Date.now();
    const refused = await startEmbedded({ dataDir }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'in_use', message: expect.stringContaining(`another Miko (pid ${first.pid})`) });
    expect(Date.now() - began).toBeGreaterThanOrEqual(10_000);
    await first.moreRows(10);
  });

  test('two that begin a new folder at the same moment: one serves, the other takes over when the first is gone', async ({ expect, onTestFinished }) => {
    const dataDir = newDataDir(onTestFinished);
    const both = [standIn(onTestFinished, dataDir), standIn(onTestFinished, dataDir)] as const;
    const winner = await eventually('a winner', () => both.find(({ lines }) => lines.some((line) => line.startsWith('ready'))));
    const loser = both[0] === winner ? both[1] : both[0];
    await loser.line(/^log found .* another Miko \(pid (\d+)\)/);
    await winner.moreRows(20);
    await winner.killWith([]);
    await loser.moreRows(20);
    const { socketFolder: host } = readSocket(dataDir);
    const password = readFileSync(join(dataDir, 'postgres/password'), 'utf8');
    expect(await lostRows({ host, user: 'miko', password, database: 'postgres' }, winner.acked)).toEqual([]);
  });
});

async function serving(miko: ReturnType<typeof standIn>, dataDir: string): Promise<{ pid: number; socketFolder: string }> {
  await miko.line(/^ready (\d+)/);
  return readSocket(dataDir);
}

function readSocket(dataDir: string): { pid: number; socketFolder: string } {
  const lines = readFileSync(join(clusterFolder(dataDir), 'postmaster.pid'), 'utf8').split('\n');
  return { pid: Number(lines[0]), socketFolder: lines[4] ?? '' };
}

/** The checkout may be closed to the ordinary user of the test; a real one could not run Miko from it either. */
async function readablePackage(cleanup: (fn: () => void) => void): Promise<string> {
  const copies = mkdtempSync('/tmp/miko-binaries-');
  chmodSync(copies, 0o755);
  cleanup(() => rmSync(copies, { recursive: true, force: true }));
  const { postgres } = await usableBinaries(installedPackage(), runUser(join(copies, 'no-data-yet')), copies);
  return dirname(dirname(dirname(postgres)));
}

async function comesBack(dataDir: string, acked: ReadonlySet<number>, expect: ExpectStatic): Promise<void> {
  const server = await startEmbedded({ dataDir });
  expect(await lostRows(server.connection, acked)).toEqual([]);
  await server.stop();
}
