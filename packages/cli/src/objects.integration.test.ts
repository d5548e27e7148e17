import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { against } from './testing/against.ts';
import type { FakeAnswer, Routes } from './testing/fake-miko.ts';
import { SERVICES, answer, asked, service, stale } from './testing/fake-objects.ts';
import { runMiko } from './testing/run-miko.ts';

/** What the other object commands ask of Miko, and what they make of each answer. */

describe('create, delete, list', () => {
  test('create sends a whole spec; a secret stands alone on stdout', async () => {
    const made = await against({ 'POST /v1/tokens': ({ body }) => ({ status: 201, body: { ...service('ci', body), secret: 's3cret' } }) }, ['create', 'token', 'ci', '--set', 'role=reader', '--set', 'audience=public']);
    expect([made.code, made.stdout]).toEqual([0, 's3cret\n']);
    expect(made.fake.requests[0]?.body).toEqual({ name: 'ci', spec: { description: '', role: 'reader', project: null, audience: 'public' } });
  });

  test.each([
    [['create', 'service'], 'A service needs a name'],
    [['get', 'service', ''], 'A name is missing: what was given is empty (usage)'],
    [['token', 'delete', '', '--yes'], 'A name is missing'],
    [['audit', 'list', '--kind', 'servis'], 'Did you mean service, or services?'],
    [['archive', 'search', '--kind', ''], 'There are: project, '],
    [['archive', 'search', '--since', '2026-02-30'], 'A time such as'],
    [['create', 'service', 'Web'], '"Web" is no name of a service'],
    [['create', 'project', 'shop'], 'A project needs create_services'],
    [['create', 'service', 'web', '--set', 'desription=x'], 'Did you mean description?'],
    [['list', 'zones', '--label', 'a=b'], 'A zone has no labels'],
    [['list', 'services', '--where', 'labels=b'], 'is not filtered by "labels"'],
    [['list', 'services', '--limit', '0'], 'A whole number from 1'],
    [['list', 'services', '--watch', '--sort', 'name'], 'cannot be used with option'],
    [['delete', 'service'], "missing required argument 'name'"],
    [['apply'], "required option '-f, --file <file>' not specified"],
  ])('%j is refused before Miko is asked', async (args, message) => {
    const { code, stderr, fake } = await against({}, args);
    expect([code, fake.requests]).toEqual([2, []]);
    expect(stderr).toContain(message);
  });

  test('delete asks, and deletes exactly what it showed', async () => {
    const routes: Routes = { [`GET ${SERVICES}/web`]: answer(service('web')), [`DELETE ${SERVICES}/svc_web`]: { status: 204, headers: { 'miko-revision': '9' } } };
    const refused = await against(routes, ['delete', 'service', 'web']);
    expect([refused.code, refused.fake.requests.length]).toEqual([2, 1]);
    expect(refused.stderr).toContain('Answer with --yes.');
    const done = await against(routes, ['delete', 'service', 'web', '--yes']);
    expect([done.code, done.stdout, asked(done.fake.requests)[1]]).toEqual([0, 'deleted service default/web\n', `DELETE ${SERVICES}/svc_web "4-20261201"`]);
    const changed = await against({ ...routes, [`DELETE ${SERVICES}/svc_web`]: stale }, ['delete', 'service', 'web', '--yes']);
    expect([changed.code, changed.stderr]).toEqual([6, expect.stringContaining('It was changed after it was read, and was not deleted')]);
  });

  test('a list takes as many pages as it needs, and no more', async () => {
    const page = (items: readonly unknown[], next: string | null): FakeAnswer => ({ body: { items, next_page_token: next } });
    const routes: Routes = {
      [`GET ${SERVICES}`]: ({ path }) => (path.includes('page_token=t2') ? page([service('c'), service('d')], 't3') : path.includes('page_token=t1') ? page([], 't2') : page([service('a'), service('b')], 't1')),
    };
    const { stdout, fake } = await against(routes, ['list', 'services', '--limit', '3', '--label', 'team=shop', '--where', 'description=x=y', '--sort', '-name', '-o', 'jsonl']);
    expect(stdout.trim().split('\n').map((line): string => JSON.parse(line).name)).toEqual(['a', 'b', 'c']);
    expect([...new URL(fake.requests[2]?.path ?? '', fake.url).searchParams]).toEqual([['label', 'team:shop'], ['sort', '-name'], ['description', 'x=y'], ['limit', '1'], ['page_token', 't2']]);
    expect(fake.requests).toHaveLength(3);
  });

  test('a watch prints all, then each change, over a broken connection', async () => {
    const frame = (event: string, id: string, data: unknown): string => `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
    let streams = 0;
    const routes: Routes = {
      [`GET ${SERVICES}:watch`]: (request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        if (++streams === 1) {
          response.end(frame('snapshot', 'c1', { revision: 4, items: [service('web')] }));
          return undefined;
        }
        expect(request.headers['last-event-id']).toBe('c1');
        response.write(frame('delta', 'c2', { revision: 5, items: { set: [service('web', { description: 'b', labels: {} }, 5)], gone: [] } }));
        response.write(frame('delta', 'c3', { revision: 6, items: { set: [], gone: [{ id: 'svc_web', name: 'web' }] } }));
        return undefined;
      },
    };
    const { code, stdout } = await against(routes, ['list', 'services', '--watch'], {
      onOutput: ({ stdout: printed }, child) => {
        if (printed.includes('deleted')) child.kill('SIGINT');
      },
    });
    expect([code, stdout.trim().split('\n').map(line => line.replace(/ +/g, ' ').slice(13))]).toEqual([130, ['+ web {"description":"","labels":{}} rev 4', '~ web {"description":"b","labels":{}} rev 5', '- web deleted rev 6']]);
  });
});

describe('a kind that was declared, and nothing else', () => {
  const toy = (args: readonly string[], routes: Routes = {}) =>
    against(routes, args, { program: [process.execPath, '--conditions=source', fileURLToPath(new URL('testing/toy-miko.ts', import.meta.url))] });

  test('has every verb', async () => {
    const crate = { ...service('big', { description: '', open: true, shelf: 2, toys: ['ball', 'car'] }), kind: 'toy_crate' };
    const CRATES = '/v1/projects/default/toy-crates';
    const routes: Routes = {
      [`GET ${CRATES}`]: { body: { items: [crate], next_page_token: null } },
      [`GET ${CRATES}/big`]: answer(crate),
      [`POST ${CRATES}`]: { status: 201, body: crate },
      [`DELETE ${CRATES}/svc_big`]: { status: 204 },
    };
    expect((await toy(['explain', 'toy-crate.shelf'])).stdout).toBe('  spec.shelf\n      a whole number from 1 to 9; set when it is created, never changes\n');
    expect((await toy(['list', 'toy_crates', '--where', 'shelf=2'], routes)).stdout).toBe('NAME  DESCRIPTION  OPEN  SHELF  TOYS      REVISION\nbig   -            yes   2      ball,car  4\n');
    expect((await toy(['get', 'toy-crate', 'big'], routes)).stdout).toContain('\n  toys:\n    - ball\n');
    const made = await toy(['create', 'toy-crate', 'big', '--set', 'open=true', '--set', 'shelf=2', '--set', 'toys=ball,car'], routes);
    expect([made.stdout, made.fake.requests[0]?.body]).toEqual(['created toy_crate default/big, revision 4\n', { name: 'big', spec: crate.spec }]);
    expect((await toy(['delete', 'toy-crates', 'big', '--yes'], routes)).stdout).toBe('deleted toy_crate default/big\n');
    expect((await toy(['create', 'toy-crate', '--example'])).stdout).toContain('kind: toy_crate\nname: toy-crate-1\nproject: default\nspec:\n  description: Crate 1\n');
  });
});

test('version tells its own part also when Miko does not answer', async () => {
  const { code, stdout } = await runMiko(['version', '-o', 'json'], { env: { MIKO_URL: 'http://127.0.0.1:9' } });
  expect([code, JSON.parse(stdout)]).toEqual([8, { command: expect.objectContaining({ api_date: '2026-12-01' }), server: null }]);
});
