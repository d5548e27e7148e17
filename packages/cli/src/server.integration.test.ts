import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from './testing/free-port.ts';
import { eventually, realMiko } from './testing/real-miko.ts';

/** The command and a real Miko understand each other: one walk through everything an operator does. */

const { folder, miko } = realMiko();

test('an endpoint is registered, seen, explained, drained, and taken out; the local token is found', async () => {
  expect(await miko(['register', 'web/web-1', '127.0.0.1:8080', '--zone', 'zone-a', '--tag', 'v2', '--label', 'team=shop'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^registered web\/web-1/) });
  expect(await miko(['register', 'web/web-1', '127.0.0.1:8080', '--zone', 'zone-a', '--tag', 'v2', '--label', 'team=shop'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^up to date/) });
  expect(await miko(['register', 'web/db:1', '127.0.0.1:1', '--check', 'tcp', '--check-interval', '100ms', '--fall', '1'])).toMatchObject({ code: 0 });
  const listed = await miko(['endpoints', 'web', '-o', 'jsonl']);
  expect(listed.stdout.trim().split('\n').map((line): unknown => JSON.parse(line))).toEqual([expect.objectContaining({ service: 'web', instance: 'web-1', zone: 'zone-a', tags: ['v2'], labels: { team: 'shop' } })]);

  await eventually('the check to have failed', async () => (await miko(['explain', 'endpoint', 'web/db:1'])).stdout.includes('ECONNREFUSED'));
  const explained = await miko(['explain', 'endpoint', 'web/db:1']);
  expect([explained.code, explained.stdout]).toEqual([0, expect.stringMatching(/is NOT in the endpoint list[^]*no {2}health/)]);
  expect(await miko(['explain', 'endpoint', 'web/wbe-1'])).toMatchObject({ code: 3, stderr: expect.stringContaining('Did you mean web/web-1?') });

  expect(await miko(['drain', 'web/web-1'])).toMatchObject({ code: 0, stdout: expect.stringContaining('no watcher holds it any more') });
  expect(await miko(['services', '-o', 'jsonl'])).toMatchObject({ stdout: expect.stringMatching(/"state":"empty","cause":"(draining|critical)"/) });
  expect(await miko(['undrain', 'web/web-1'])).toMatchObject({ code: 0 });
  expect(await miko(['status'])).toMatchObject({ code: 0, stdout: expect.stringContaining('endpoints  1 in the list, 2 registered') });
  for (const name of ['web/web-1', 'web/db:1']) expect(await miko(['deregister', name])).toMatchObject({ code: 0 });
  expect(await miko(['deregister', 'web/web-1'])).toMatchObject({ code: 3 });
  expect(await miko(['register', 'web/web-1', '127.0.0.1:1', '--zone', 'NOT A ZONE', '-o', 'json'])).toMatchObject({ code: 2, stderr: expect.stringContaining('"/zone"') });
  for (const host of ['0.0.0.0', '[::]']) {
    expect(await miko(['register', 'web/web-1', `${host}:80`])).toMatchObject({ code: 2, stderr: expect.stringContaining('/host: is an address to listen on, where nobody can be called') });
  }
});

test('a token does what its role may, and nothing once it is deleted', async () => {
  const made = await miko(['token', 'create', '--role', 'reader', '--name', 'eye']);
  const env = { MIKO_TOKEN: made.stdout.trim(), MIKO_DATA_DIR: join(folder, '.miko') };
  expect(await miko(['endpoints'], { env })).toMatchObject({ code: 0 });
  expect(await miko(['register', 'web/web-1', 'a:1'], { env })).toMatchObject({ code: 5 });
  expect((await miko(['token', 'list'])).stdout).toMatch(/eye +reader +every +internal/);
  expect(await miko(['token', 'delete', 'eye', '--yes'])).toMatchObject({ code: 0 });
  expect(await miko(['endpoints'], { env })).toMatchObject({ code: 4 });
});

test('an import registers, and a second one changes nothing', async () => {
  writeFileSync(join(folder, '.env'), 'DATABASE_URL=postgres://app:s3cr3t@db.internal:5432/app\nCACHE_URL=redis://[::1]:6379\n');
  expect(await miko(['import', '.env', '--yes'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/database .* registered\n/) });
  expect(await miko(['import', '.env', '--yes'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/database .* up to date\n/) });
  const { stdout } = await miko(['endpoints', 'cache', 'database', '-o', 'json']);
  expect(stdout).toContain('"instance": "0::1:6379"');
  expect(stdout).not.toContain('s3cr3t');
});

test('a program holds its place while it runs, and watchers see it come, drain and go', async () => {
  const port = await freePort();
  const program = `require('node:http').createServer((_, r) => r.end()).listen(process.env.PORT, '127.0.0.1'); process.on('SIGTERM', () => process.exit(4));`;
  const watches = Promise.withResolvers<void>();
  const seen = Promise.withResolvers<void>();
  const watching = miko(['watch', 'shop'], {
    onOutput: ({ stdout, stderr }, child) => {
      if (stderr.includes('There is no service shop yet')) watches.resolve();
      if (stdout.includes('passing')) seen.resolve();
      if (stdout.includes('deregistered')) child.kill('SIGINT');
    },
  });
  await watches.promise;
  const registered = Promise.withResolvers<ChildProcess>();
  const running = miko(['run', '--service', 'shop', '--instance', 'shop-1', '--port', String(port), '--', process.execPath, '-e', program], {
    onOutput: ({ stderr }, child) => {
      if (stderr.includes('is registered')) registered.resolve(child);
    },
  });
  const child = await registered.promise;
  await seen.promise;
  child.kill('SIGTERM');
  const ran = await running;
  expect([ran.code, ran.stderr]).toEqual([4, 'miko: shop/shop-1 is registered\n']);
  const watched = await watching;
  expect(watched.code).toBe(130);
  expect(watched.stdout).toMatch(/\+ {2}shop\/shop-1 .*passing [^]*~ {2}shop\/shop-1 .*draining [^]*- {2}shop\/shop-1 +deregistered/);
  // Nothing is left that would keep the next run out.
  expect(await miko(['undrain', 'shop/shop-1'])).toMatchObject({ code: 3 });
});
