import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WEB_1, against, fakeMiko, temporaryFolder } from './testing/against.ts';
import { endpoint, problem, type Routes } from './testing/fake-miko.ts';
import { runMiko } from './testing/run-miko.ts';

/** Commands that change something. */

describe('changing', () => {
  test('register sends every field of the contract', async () => {
    const args = ['register', 'web/web-1', '127.0.0.1:8080', '--zone', 'zone-a', '--weight', '10', '--tag', 'v2', '--tag', 'eu', '--label', 'team=shop', '--public-url', 'https://shop.example', '--check', 'http:/healthz', '--rise', '1'];
    const { code, stdout, stderr, fake } = await against({ [`PUT ${WEB_1}`]: { status: 201, body: endpoint('web-1', { health: 'starting' }) } }, args);
    expect([code, stdout]).toEqual([0, 'registered web/web-1 at 127.0.0.1:8080, revision 4\n']);
    expect(stderr).toContain('miko explain endpoint web/web-1');
    expect(fake.requests[0]?.body).toEqual({
      session: null,
      host: '127.0.0.1',
      port: 8080,
      protocol: 'http',
      public_url: 'https://shop.example',
      zone: 'zone-a',
      weight: 10,
      tags: ['v2', 'eu'],
      labels: { team: 'shop' },
      check: { type: 'http', path: '/healthz', interval_ms: 1000, timeout_ms: 500, rise: 1, fall: 3 },
    });
  });

  test('a refused field is named, with the request id', async () => {
    const refusal = problem(400, 'invalid_request', 'the request is not valid', { errors: [{ pointer: '/zone', code: 'pattern', detail: 'must match x' }] });
    const { code, stdout, stderr } = await against({ [`PUT ${WEB_1}`]: refusal }, ['register', 'web/web-1', 'a:1']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe('error: the request is not valid (invalid_request)\n  /zone: must match x\n  request id: req_1\n');
  });

  test('drain asks on until every watcher has let go', async () => {
    let asked = 0;
    const drain = () => {
      asked += 1;
      const holding = asked < 3 ? [{ session: 'ses_1', name: 'cart', applied: 3 }] : [];
      return { body: { revision: 8, waited_ms: 1, released: asked === 3, holding, unsessioned_watchers: 1 } };
    };
    const { code, stdout, stderr, fake } = await against({ [`POST ${WEB_1}:drain`]: drain }, ['drain', 'web/web-1', '--wait', '20s']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^web\/web-1 is draining and no watcher holds it any more \(\d+ ms\), revision 8\n$/);
    expect(stderr).toBe('waiting for cart\nwaiting for cart\n1 watcher without a session: whether they let go is not known.\n');
    expect(fake.requests.map(({ path }) => path)).toEqual(Array.from({ length: 3 }, () => `${WEB_1}:drain?wait_seconds=5`));
  });

  test('drain that is still held when the time is up names who holds it, and ends with 7; without waiting it is done', async () => {
    const held = { body: { revision: 8, waited_ms: 1, released: false, holding: [{ session: 'ses_1', name: 'cart', applied: null }], unsessioned_watchers: 0 } };
    const late = await against({ [`POST ${WEB_1}:drain`]: held }, ['drain', 'web/web-1', '--wait', '1ms', '-o', 'json']);
    expect(late.code).toBe(7);
    expect(JSON.parse(late.stdout)).toMatchObject({ released: false, holding: [{ name: 'cart' }] });
    const now = await against({ [`POST ${WEB_1}:drain`]: held }, ['drain', 'web/web-1', '--wait', '0']);
    expect(now.code).toBe(0);
    expect(now.stdout).toContain('cart     ses_1    -');
  });

  test('undrain', async () => {
    const { code, stdout } = await against({ [`POST ${WEB_1}:undrain`]: { body: { revision: 9 } } }, ['undrain', 'web/web-1']);
    expect([code, stdout]).toEqual([0, 'web/web-1 is active again, revision 9\n']);
  });
});

describe('tokens', () => {
  const token = { id: 'tok_1', name: 'ci', created_at: '2026-12-01T00:00:00.000Z', spec: { description: '', role: 'writer', project: null, audience: 'internal' } };

  test('create prints the secret alone, so that a shell can catch it; a project is bound only when it was typed', async () => {
    const routes: Routes = { 'POST /v1/tokens': { status: 201, body: { ...token, secret: 'miko_new' } } };
    const free = await against(routes, ['token', 'create', '--role', 'writer', '--name', 'ci'], { env: { MIKO_PROJECT: 'shop' } });
    expect([free.code, free.stdout]).toEqual([0, 'miko_new\n']);
    expect(free.fake.requests[0]?.body).toEqual({ name: 'ci', spec: { description: '', role: 'writer', project: null, audience: 'internal' } });
    const bound = await against(routes, ['token', 'create', '--role', 'reader', '--project', 'shop']);
    expect(bound.fake.requests[0]?.body).toMatchObject({ name: expect.stringMatching(/^reader-[0-9a-f]{8}$/), spec: { role: 'reader', project: 'shop' } });
  });

  test('list reads every page', async () => {
    const pages = (request: { readonly path: string }) =>
      request.path.includes('page_token=p2') ? { body: { items: [{ ...token, name: 'two' }], next_page_token: null } } : { body: { items: [token], next_page_token: 'p2' } };
    const { stdout } = await against({ 'GET /v1/tokens': pages }, ['token', 'list', '-o', 'jsonl']);
    expect(stdout.trim().split('\n').map((line): string => JSON.parse(line).name)).toEqual(['ci', 'two']);
  });

  test('delete needs a yes, and without a terminal says so at once', async () => {
    const routes: Routes = { 'GET /v1/tokens/ci': { body: token }, 'DELETE /v1/tokens/tok_1': { status: 204 } };
    const asked = await against(routes, ['token', 'delete', 'ci']);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('Answer with --yes.');
    expect(asked.fake.requests.map(({ method }) => method)).toEqual(['GET']);
    const done = await against(routes, ['token', 'delete', 'ci', '--yes']);
    expect([done.code, done.stdout]).toEqual([0, 'deleted token ci\n']);
    expect(done.fake.requests[1]?.headers['if-match']).toBe('*');
  });
});

describe('importing', () => {
  const file = 'DATABASE_URL=postgres://app:s3cr3t@db:5432/app\nCART_URL=http://cart:9000\nCACHE_HOST=cache\n';
  const routes: Routes = {
    'PUT /v1/projects/default/services/database/endpoints/db%3A5432': { status: 201, body: endpoint('db:5432') },
    'PUT /v1/projects/default/services/cart/endpoints/cart%3A9000': problem(409, 'owned_by_other', 'another owner holds it'),
  };

  test('shows what it would do, and does nothing without a yes', async () => {
    const { code, stderr, stdout, fake } = await against(routes, ['import', '-', '--format', 'env'], { input: file });
    expect([code, stdout, fake.requests]).toEqual([2, '', []]);
    expect(stderr).toContain('database  db:5432    db:5432    tcp       -           DATABASE_URL');
    expect(stderr).toContain('CACHE_HOST  a host without a port beside it');
    expect(stderr).toContain('Answer with --yes.');
    expect(stderr).not.toContain('s3cr3t');
  });

  test('registers what it can; one that another owner holds is told, and ends with 6', async () => {
    const { code, stdout, stderr, fake } = await against(routes, ['import', '-', '--format', 'env', '--yes', '--check', 'tcp', '-o', 'json'], { input: file });
    expect(code).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({ found: [{ service: 'cart', result: 'failed', error: 'another owner holds it' }, { service: 'database', result: 'registered', error: null }], skipped: [{ from: 'CACHE_HOST' }] });
    expect(JSON.parse(stderr)).toMatchObject({ code: 'owned_by_other', exit_code: 6 });
    expect(fake.requests[1]?.body).toMatchObject({ session: null, host: 'db', port: 5432, protocol: 'tcp', labels: { 'imported-from': 'DATABASE_URL' }, check: { type: 'tcp' } });
    expect(JSON.stringify(fake.requests)).not.toContain('s3cr3t');
  });

  test('with --yes there is one table: what came of it', async () => {
    const { stdout, stderr } = await against(routes, ['import', '-', '--format', 'env', '--yes'], { input: file });
    expect(stdout).toMatch(/^SERVICE .* RESULT\n/);
    expect(stderr).toContain('CACHE_HOST  a host without a port beside it');
    expect(stderr).not.toContain('SERVICE');
  });

  test('a dry run needs no Miko', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '.env'), file);
    const { code, stdout } = await runMiko(['import', '.env', '--dry-run', '--only', 'cart'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toContain('cart     cart:9000  cart:9000  http      -           CART_URL');
    expect(stdout).not.toContain('DATABASE_URL');
  });

  test.each([
    [['import', 'none.yml'], 3, 'There is no file none.yml'],
    [['import', '/no/such'], 3, 'There is no file /no/such'],
    [['import', '/'], 2, 'cannot be told by its name'],
    [['import', '-', '--format', 'json'], 2, 'The file is not valid JSON'],
    [['import', '-', '--format', 'env', '--only', 'carts'], 3, 'Did you mean cart?'],
  ] as const)('%j ends with %d', async (args, expected, message) => {
    const { code, stderr } = await runMiko(args, { input: file });
    expect([code, stderr]).toEqual([expected, expect.stringContaining(message)]);
  });
});

describe('the demo', () => {
  test('acts through the socket of the data directory, found from the folder upwards', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '.miko'));
    mkdirSync(join(folder, 'below'));
    const processes = [{ name: 'web-2', service: 'web', state: 'running', pid: 7, port: 81 }];
    await fakeMiko(
      {
        'GET /status': { body: { processes, client: { calls: 9, errors: 0 } } },
        'POST /act': ({ body }) => (JSON.stringify(body) === '{"verb":"kill","name":"web-2"}' ? { body: { message: 'web-2 is killed' } } : { status: 404, body: { code: 'not_found', detail: 'there is no process web-9' } }),
      },
      join(folder, '.miko', 'demo.sock'),
    );
    const kill = await runMiko(['demo', 'kill', 'web-2'], { cwd: join(folder, 'below') });
    expect([kill.code, kill.stdout, kill.stderr]).toEqual([0, 'web-2 is killed\n', '']);
    const status = await runMiko(['demo', 'status'], { env: { MIKO_DATA_DIR: join(folder, '.miko') } });
    expect(status.stdout).toBe('NAME   SERVICE  STATE    PID  PORT\nweb-2  web      running  7    81\n');
    expect(status.stderr).toBe('The client has made 9 calls, 0 of them failed.\n');
    const wrong = await runMiko(['demo', 'stop', 'web-9'], { cwd: folder });
    expect([wrong.code, wrong.stderr]).toEqual([3, 'error: there is no process web-9 (not_found)\n  Did you mean web-2?\n  See what runs: miko demo status\n']);
  });

  test('that does not run is told as such', async () => {
    const { code, stderr } = await runMiko(['demo', 'kill', 'web-2'], { cwd: temporaryFolder() });
    expect([code, stderr]).toEqual([8, expect.stringContaining('The demo does not run here')]);
  });
});
