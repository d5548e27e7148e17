import { kinds } from '@miko/model';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../failure.ts';
import { inOrder, readManifests } from './manifest.ts';

const read = (text: string, typedProject?: string) => readManifests(text, { kinds, project: 'default', typedProject });
const names = (text: string): readonly string[] => read(text).map(({ kind, project, name }) => `${kind.name} ${project}/${name}`);

function flawsOf(text: string, typedProject?: string): readonly string[] {
  try {
    read(text, typedProject);
  } catch (error) {
    return (error as Failure).flaws.map(({ pointer, detail }) => `${pointer}: ${detail}`);
  }
  return [];
}

const web = '{"kind": "service", "name": "web", "spec": {}}';

describe('objects of a file', () => {
  test.each([
    ['one JSON object', web, ['service default/web']],
    ['JSON with tabs', JSON.stringify(JSON.parse(web), null, '\t'), ['service default/web']],
    ['a JSON list', `[${web}, {"kind": "zones", "name": "z", "spec": {}}]`, ['service default/web', 'zone null/z']],
    ['JSON lines, as `-o jsonl` prints them', `${web}\n{"kind": "zone", "name": "z", "spec": {}}\n`, ['service default/web', 'zone null/z']],
    ['YAML documents, empty ones left out', '---\nkind: service\nname: web\nspec: {}\n---\n---\nkind: endpoint-overrides\nname: o\nproject: shop\nspec: {}\n', ['service default/web', 'endpoint_override shop/o']],
    ['what a list answers, with all that Miko wrote', `{"items": [{"id": "svc_1", "kind": "service", "name": "web", "project": "shop", "revision": 1, "created_at": "", "updated_at": "", "spec": {}, "status": {}}], "next_page_token": null}`, ['service shop/web']],
    ['a fleet kind may say that it lies in no project', '{"kind": "zone", "name": "z", "project": null, "spec": {}}', ['zone null/z']],
  ])('%s', (_, text, expected) => expect(names(text)).toEqual(expected));

  test('values are what JSON would make of them', () => {
    const [manifest] = read('kind: service\nname: web\nspec:\n  description: 2026-12-01\n  labels: {on: yes, n: null}\n');
    expect(manifest?.spec).toEqual({ description: '2026-12-01', labels: { on: 'yes', n: null } });
  });

  test('parents come first, otherwise the order of the file stands', () => {
    const manifests = read(['service b', 'service a', 'project shop', 'zone z'].map(line => `kind: ${line.split(' ')[0]}\nname: ${line.split(' ')[1]}\nspec: {}\n`).join('---\n'));
    expect(inOrder(manifests, kinds).map(({ name }) => name)).toEqual(['shop', 'z', 'b', 'a']);
  });
});

describe('a broken file is told whole, and nothing of it is applied', () => {
  test.each([
    ['', [': the file holds no object']],
    ['# only a comment', [': the file holds no object']],
    ['{"kind": "service"', [expect.stringContaining('document 1: ')]],
    ['a: 1\na: 2', [expect.stringContaining('document 1: Map keys must be unique')]],
    ['a: *b', [expect.stringContaining('nresolved alias')]],
    ['just text', ['object 1: must be an object with kind, name and spec']],
    ['{"kind": "servis", "name": "Web", "spec": []}', [
      expect.stringMatching(/^object 1 \/kind: There is no kind "servis"\. Did you mean service, or services\? There are: project, /), expect.stringMatching(/^object 1 \/name: must be a name/), 'object 1 /spec: must be an object',
    ]],
    ['{"kind": 7, "name": "web", "spec": {}, "spce": 1}', ['object 1 /spce: is not known; an object has kind, name, project and spec', 'object 1 /kind: must be the name of a kind']],
    ['kind: service\nname: web\nspec: {a: [.nan, 9007199254740993, {b: -.inf}]}', ['object 1 /spec/a/0', 'object 1 /spec/a/1', 'object 1 /spec/a/2/b'].map(at => `${at}: is a number that JSON cannot carry exactly`)],
    ['{"kind": "zone", "name": "z", "project": "shop", "spec": {}}', ['object 1 /project: a zone lies in no project']],
    ['{"kind": "service", "name": "z", "project": "NO", "spec": {}}', [expect.stringContaining('object 1 /project: must be a name')]],
    [`${web}\n---\n${web}`, ['object 2: service default/web stands in the file twice']],
    [`just text\n---\n${web}\n---\n7\n---\n${web}`, ['object 1: must be an object with kind, name and spec', 'object 3: must be an object with kind, name and spec', 'object 4: service default/web stands in the file twice']],
  ])('%j', (text, expected) => expect(flawsOf(text)).toEqual(expected));

  test('an object of another project than the one that was typed', () => {
    expect(flawsOf('{"kind": "service", "name": "web", "project": "shop", "spec": {}}', 'market')).toEqual(['object 1 /project: is shop, and --project says market']);
  });

  test('more than may be is refused', () => {
    expect(flawsOf(`[${Array.from({ length: 10_001 }, () => '{}').join(',')}]`)).toEqual([': the file holds 10001 objects; at most 10000 are taken']);
    expect(flawsOf(' '.repeat(16 * 1024 * 1024 + 1))).toEqual([': the file is larger than 16 MiB']);
    const bomb = `a: &a [x]\n${'bcdefghij'.split('').map((name, i) => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${'abcdefghi'[i]}`).join(',')}]`).join('\n')}`;
    expect(flawsOf(bomb)).toEqual([expect.stringContaining('alias')]);
  });
});
