import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kinds } from '@miko/model';
import { expect, test } from 'vitest';
import { exampleName } from './objects/kind-names.ts';
import { realMiko } from './testing/real-miko.ts';
import { binOf } from './testing/run-miko.ts';

/** The object commands and a real Miko understand each other. */

const { folder, miko } = realMiko();

test('every kind: its example is made, is the same when it is applied again, is read, and is deleted', async () => {
  const examples = kinds.map(kind => ({ kind: kind.name, name: exampleName(kind, kinds), ...(kind.parent === null ? {} : { project: 'default' }), spec: kind.example(1) }));
  const apply = async (...flags: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    const { code, stdout } = await miko(['apply', '-f', '-', '-o', 'jsonl', ...flags], { input: JSON.stringify(examples) });
    expect(code).toBe(0);
    return stdout.trim().split('\n').map((line): Readonly<Record<string, unknown>> => JSON.parse(line));
  };
  const each = (result: string) => examples.map(({ kind, name }) => expect.objectContaining({ kind, name, result }));
  expect(await apply('--dry-run')).toEqual(each('created'));
  expect(await apply()).toEqual(each('created'));
  expect(await apply()).toEqual(each('unchanged'));
  for (const { kind, name, spec } of examples) {
    expect(JSON.parse((await miko(['get', kind, name, '-o', 'json'])).stdout)).toMatchObject({ kind, name, spec });
    expect((await miko(['list', kind, '-o', 'jsonl'])).stdout).toContain(`"name":"${name}"`);
    expect(await miko(['delete', kind, name, '--yes'])).toMatchObject({ code: 0 });
  }
  expect(await miko(['get', 'service', 'service-1'])).toMatchObject({ code: 3 });
});

test('a file of several objects: parents first, a difference before it is made, a refusal for one alone', async () => {
  const file = join(folder, 'market.yaml');
  const text = (description: string): string =>
    `kind: service\nname: web\nproject: market\nspec: {description: ${description}, labels: {team: shop}}\n---\nkind: project\nname: market\nspec: {description: '', create_services: true}\n`;
  writeFileSync(file, text('Takes orders'));
  expect((await miko(['apply', '-f', file])).stdout).toBe('created    project market\ncreated    service market/web\n');
  writeFileSync(file, text('Takes all orders'));
  expect((await miko(['apply', '-f', file, '--dry-run'])).stdout).toBe('unchanged  project market\nchanged    service market/web\n    ~ /spec/description: "Takes orders" -> "Takes all orders"\n');
  expect((await miko(['apply', '-f', file])).stdout).toBe('unchanged  project market\nchanged    service market/web\n');
  writeFileSync(file, `${text('7')}---\nkind: service\nname: good\nproject: market\nspec: {description: '', labels: {}}\n`);
  const partly = await miko(['apply', '-f', file]);
  expect([partly.code, partly.stdout]).toEqual([2, expect.stringMatching(/failed {5}service market\/web: .*\/spec\/description.*\ncreated {4}service market\/good\n/)]);
  const same = await miko(['list', 'services', '-p', 'market', '--label', 'team=shop', '-o', 'yaml']);
  expect(await miko(['apply', '-f', '-'], { input: same.stdout })).toMatchObject({ code: 0, stdout: 'unchanged  service market/web\n' });
  expect((await miko(['limits', '-p', 'market', '-o', 'jsonl'])).stdout).toContain('{"kind":"service","project":"market","used":2,"most":10000');
});

test('an edit that somebody else was faster than keeps its text; one that was not is made', async () => {
  expect(await miko(['create', 'service', 'edited', '--set', 'description=first'])).toMatchObject({ code: 0 });
  const change = (to: string): string => `sed -i 's/description: .*/description: ${to}/' "$1"`;
  const editor = (script: string): string => `sh -c '${script.replaceAll("'", `'\\''`)}' sh`;
  expect(await miko(['edit', 'service', 'edited'], { env: { EDITOR: editor(change('second')) } })).toMatchObject({ code: 0, stdout: expect.stringContaining('~ /spec/description: "first" -> "second"') });
  const meanwhile = `printf "%s" '{"kind":"service","name":"edited","spec":{"description":"theirs","labels":{}}}' | ${binOf('@miko/cli', 'miko')} apply -f - >&2`;
  const beaten = await miko(['edit', 'service', 'edited'], { env: { EDITOR: editor(`${meanwhile}; ${change('mine')}`) } });
  expect([beaten.code, beaten.stderr]).toEqual([6, expect.stringContaining('Somebody else changed it')]);
  const kept = /is kept in (\S+)\n/.exec(beaten.stderr)?.[1] ?? '';
  expect(readFileSync(kept, 'utf8')).toContain('description: mine');
  expect(await miko(['apply', '-f', kept, '--dry-run'])).toMatchObject({ code: 0, stdout: expect.stringContaining('"theirs" -> "mine"') });
});

test('a watch of a kind sees each object come, change and go', async () => {
  const listening = Promise.withResolvers<void>();
  const watching = miko(['list', 'services', '--watch', '-o', 'jsonl'], {
    onOutput: ({ stdout }, child) => {
      if (stdout.includes('"name":"before"')) listening.resolve();
      if (stdout.includes('"change":"gone"')) child.kill('SIGINT');
    },
  });
  expect(await miko(['create', 'service', 'before'])).toMatchObject({ code: 0 });
  await listening.promise;
  expect(await miko(['create', 'service', 'after'])).toMatchObject({ code: 0 });
  expect(await miko(['delete', 'service', 'after', '--yes'])).toMatchObject({ code: 0 });
  const { code, stdout } = await watching;
  const changes = stdout.trim().split('\n').map((line): { readonly change: string; readonly name?: string; readonly object?: { readonly name: string } } => JSON.parse(line));
  expect([code, changes.slice(-2).map(({ change, name, object }) => [change, name ?? object?.name])]).toEqual([130, [['set', 'after'], ['gone', 'after']]]);
});
