import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { against, temporaryFolder } from './testing/against.ts';
import { problem, type Routes } from './testing/fake-miko.ts';
import { SERVICES, answer, asked, echo, manifest, service, stale } from './testing/fake-objects.ts';

/** What `apply` and `edit` ask of Miko, and what they make of each answer. */

describe('apply', () => {
  test('creates only what is absent, replaces only what it read, and leaves alone what is the same', async () => {
    const routes: Routes = {
      [`GET ${SERVICES}/same`]: answer(service('same', { labels: {}, description: '' })),
      [`GET ${SERVICES}/old`]: answer(service('old', { description: 'a', labels: { x: '1' } })),
      [`PUT ${SERVICES}/old`]: echo('old', 9),
      [`PUT ${SERVICES}/new`]: echo('new', 8),
    };
    const { code, stdout, stderr, fake } = await against(routes, ['apply', '-f', '-'], { input: [manifest('same'), manifest('old', 'b'), manifest('new')].join('\n') });
    expect([code, stdout, stderr]).toEqual([0, 'unchanged  service default/same\nchanged    service default/old\ncreated    service default/new\n', '3 objects: 1 created, 1 changed, 1 unchanged\n']);
    expect(asked(fake.requests)).toEqual([`GET ${SERVICES}/same`, `GET ${SERVICES}/old`, `PUT ${SERVICES}/old "4-20261201"`, `GET ${SERVICES}/new`, `PUT ${SERVICES}/new *`]);
    expect(fake.requests.every(({ headers }) => headers['miko-version'] === '2026-12-01')).toBe(true);
  });

  test('a dry run shows what Miko would make of it, path by path', async () => {
    const routes: Routes = {
      [`GET ${SERVICES}/old`]: answer(service('old', { description: 'a', labels: { x: '1' } })),
      [`PUT ${SERVICES}/old`]: echo('old', 4),
    };
    const { stdout, stderr, fake } = await against(routes, ['apply', '-f', '-', '--dry-run'], { input: manifest('old', 'b') });
    expect(stdout).toBe('changed    service default/old\n    ~ /spec/description: "a" -> "b"\n    - /spec/labels/x: "1"\n');
    expect(stderr).toBe('1 object, dry run: 1 changed\n');
    expect(fake.requests[1]?.path).toBe(`${SERVICES}/old?dry_run=true`);
  });

  test('who was beaten reads and compares once more, and no further', async () => {
    let reads = 0;
    const routes: Routes = {
      [`GET ${SERVICES}/old`]: () => answer(service('old', { description: 'a', labels: {} }, ++reads)),
      [`PUT ${SERVICES}/old`]: ({ headers }) => (headers['if-match'] === '"2-20261201"' ? answer(service('old', { description: 'b', labels: {} }, 9)) : stale),
    };
    expect(await against(routes, ['apply', '-f', '-'], { input: manifest('old', 'b') })).toMatchObject({ code: 0, stdout: 'changed    service default/old\n' });
    const twice = await against({ ...routes, [`PUT ${SERVICES}/old`]: stale }, ['apply', '-f', '-'], { input: manifest('old', 'b') });
    expect([twice.code, twice.stdout]).toEqual([6, 'failed     service default/old: it has changed since you read it (precondition_failed)\n']);
    expect(twice.fake.requests).toHaveLength(4);
  });

  test('one that fails keeps no other from being done, but what lies in it', async () => {
    const project = JSON.stringify({ kind: 'project', name: 'shop', spec: { description: '', create_services: true } });
    const inShop = JSON.stringify({ kind: 'service', name: 'web', project: 'shop', spec: { description: '', labels: {} } });
    const routes: Routes = {
      'PUT /v1/projects/shop': problem(403, 'denied', 'this needs the role admin'),
      [`PUT ${SERVICES}/bad`]: problem(400, 'invalid_request', 'not valid', { errors: [{ pointer: '/spec/labels', code: 'type', detail: 'must be object' }] }),
      [`PUT ${SERVICES}/good`]: echo('good', 8),
    };
    const { code, stdout, stderr } = await against(routes, ['apply', '-f', '-', '-o', 'json'], { input: [inShop, manifest('bad'), manifest('good'), project].join('\n') });
    expect(code).toBe(5);
    const document: { readonly items: readonly { readonly name: string; readonly result: string; readonly error: { readonly detail: string } | null }[]; readonly summary: unknown } = JSON.parse(stdout);
    expect(document.items.map(({ name, result, error }) => [name, result, error?.detail ?? null])).toEqual([
      ['shop', 'failed', 'this needs the role admin'],
      ['web', 'not tried', 'its project shop failed'],
      ['bad', 'failed', 'not valid; /spec/labels must be object'],
      ['good', 'created', null],
    ]);
    expect(document.summary).toEqual({ created: 1, changed: 0, unchanged: 0, failed: 2, 'not tried': 1 });
    expect(JSON.parse(stderr)).toMatchObject({ code: 'denied', exit_code: 5, detail: '2 of 4 could not be applied: this needs the role admin' });
  });

  test('a dry run that makes a project says that it cannot ask about what lies in it', async () => {
    const file = ['{"kind":"project","name":"shop","spec":{"description":"","create_services":true}}', '{"kind":"service","name":"web","project":"shop","spec":{"description":"x","labels":{}}}'].join('\n');
    const made = { ...service('shop', { description: '', create_services: true }), kind: 'project', project: null };
    const { code, stdout, fake } = await against({ 'PUT /v1/projects/shop': { status: 201, body: made } }, ['apply', '-f', '-', '--dry-run'], { input: file });
    expect(code).toBe(0);
    expect(stdout).toContain('created    service shop/web, as far as can be told without its project\n    + /spec/description: "x"\n');
    expect(asked(fake.requests)).toEqual(['GET /v1/projects/shop', 'PUT /v1/projects/shop?dry_run=true *']);
  });

  test('a secret that was issued is told, this once', async () => {
    const file = '{"kind":"token","name":"ci","spec":{"description":"","role":"reader","project":null,"audience":"internal"}}';
    const routes: Routes = { 'PUT /v1/tokens/ci': { status: 201, body: { ...service('ci'), kind: 'token', project: null, secret: 's3cret' } } };
    expect((await against(routes, ['apply', '-f', '-'], { input: file })).stdout).toBe('created    token ci\n    secret, shown this once: s3cret\n');
  });

  test('what would meet every object is met once', async () => {
    const { code, stdout, fake } = await against({ [`GET ${SERVICES}/a`]: problem(401, 'unauthenticated', 'no') }, ['apply', '-f', '-'], { input: `${manifest('a')}\n${manifest('b')}` });
    expect([code, fake.requests.length]).toEqual([4, 1]);
    expect(stdout).toContain('not tried  service default/b\n');
  });

  test('nothing of a broken file is applied', async () => {
    const { code, stderr, fake } = await against({}, ['apply', '-f', '-'], { input: `${manifest('a')}\n{"kind":"servis","name":"b","spec":{}}` });
    expect([code, fake.requests]).toEqual([2, []]);
    expect(stderr).toContain('Nothing was done: object 2 /kind: There is no kind "servis". Did you mean service');
  });
});

describe('edit', () => {
  const editor = (script: string): string => {
    const file = join(temporaryFolder(), 'an editor');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o700);
    return `'${file}'`;
  };
  const read = { [`GET ${SERVICES}/web`]: answer(service('web', { description: 'a', labels: {} })) };

  test('what a field may be stands above it; what was saved replaces what was read, by id', async () => {
    const kept = join(temporaryFolder(), 'seen');
    const { code, stdout, fake } = await against({ ...read, [`PUT ${SERVICES}/svc_web`]: echo('web', 9) }, ['edit', 'services', 'web'], {
      env: { EDITOR: editor(`cp "$1" ${kept}; sed -i 's/description: a/description: b/' "$1"`) },
    });
    expect([code, stdout]).toEqual([0, 'changed service default/web, revision 9\n    ~ /spec/description: "a" -> "b"\n']);
    expect(asked(fake.requests)[1]).toBe(`PUT ${SERVICES}/svc_web "4-20261201"`);
    expect(readFileSync(kept, 'utf8')).toMatch(/^# service web, revision 4: .*\n[^]*\nkind: service\nname: web\nproject: default\nspec:\n {2}# text of at most 500 characters\n {2}description: a\n/);
  });

  test('changed meanwhile: the text is kept, and stderr says where', async () => {
    const { code, stderr } = await against({ ...read, [`PUT ${SERVICES}/svc_web`]: stale }, ['edit', 'service', 'web'], { env: { VISUAL: editor(`sed -i 's/description: a/description: mine/' "$1"`) } });
    expect(code).toBe(6);
    const file = /is kept in (\S+)\n/.exec(stderr)?.[1] ?? '';
    expect(readFileSync(file, 'utf8')).toContain('description: mine');
  });

  test.each([
    ['nothing was changed', 'true', 0, 'service default/web is not changed.\n'],
    ['the text was emptied', ': > "$1"', 0, 'service default/web is not changed.\n'],
    ['the editor failed', 'exit 3', 1, 'The editor ended with code 3'],
    ['the text is broken', 'echo "spec: [" > "$1"', 2, 'Nothing was done: document 1: '],
    ['another name', `sed -i 's/name: web/name: bew/' "$1"`, 2, 'The kind and the name of an object never change'],
  ])('%s: nothing is sent', async (_, script, expected, message) => {
    const { code, stderr, fake } = await against(read, ['edit', 'service', 'web'], { env: { EDITOR: editor(script) } });
    expect([code, fake.requests.length]).toEqual([expected, 1]);
    expect(stderr).toContain(message);
    const kept = /is kept in (\S+)\n/.exec(stderr)?.[1];
    expect(kept === undefined ? expected : existsSync(kept)).toBe(expected === 0 ? 0 : true);
  });

  test('without a terminal or an editor it says so before it asks Miko', async () => {
    const { code, fake } = await against(read, ['edit', 'service', 'web']);
    expect([code, fake.requests]).toEqual([2, []]);
  });
});
