import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errors, kinds, pluralOf } from '@miko/model';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../packages/cli/src/program.ts';

/** What the pages name has to be there: links, headings, files, npm scripts, commands, codes, variables. */
const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = ['*.md', 'docs/**/*.md', 'packages/*/README.md', 'bench/*.md'].flatMap(pattern => globSync(pattern, { cwd: root }));
const missing = (named: Iterable<string | undefined>, isThere: (name: string) => boolean): string[] =>
  [...new Set(named)].filter((name): name is string => name !== undefined && !isThere(name));
const found = (text: string, pattern: RegExp): (string | undefined)[] => [...text.matchAll(pattern)].map(match => match[1]);

describe.each(pages)('%s', page => {
  const text = read(page);

  it('links to pages and headings that exist', () => {
    const relative = found(withoutCode(text), /\]\(([^)\s]+)\)/g).filter(link => link !== undefined && !/^[a-z]+:/.test(link));
    expect(missing(relative, link => {
      const [path = '', heading] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      return existsSync(join(root, target)) && (heading === undefined || headingsOf(read(target)).includes(heading));
    })).toEqual([]);
  });

  it('names files that exist', () => {
    const named = found(text, /`((?:packages|model|store|server|client|cli|demo|testkit|bench|scripts|docs)\/[\w./-]+\.\w+)`/g);
    expect(missing(named, path => existsSync(join(root, path)) || existsSync(join(root, 'packages', path)))).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = found(text, /(?:^|`)npm (?:run )?([a-z:-]+)/gm).filter(name => !['ci', 'install', 'pack'].includes(name ?? ''));
    expect(missing(named, name => Object.hasOwn(scripts, name))).toEqual([]);
  });

  it('names commands of miko that exist', () => {
    expect(missing(found(text, /\bnpx miko ([a-z]+(?: [a-z]+)?)/g), isCommand)).toEqual([]);
  });
});

it('docs/api/errors.md has every error code', () => {
  const text = read('docs/api/errors.md');
  expect(missing(Object.keys(errors), code => text.includes(`\`${code}\``))).toEqual([]);
});

it('docs/api.md has every kind with each field of its spec, and every page of docs/api', () => {
  const text = read('docs/api.md');
  expect(missing(kinds.map(pluralOf), plural => text.includes(`\`${plural}\``))).toEqual([]);
  for (const { name, spec } of kinds) {
    const [row = ''] = found(text, new RegExp(`^\\| ${name} \\| (.*) \\|$`, 'gm'));
    expect(missing(Object.keys(spec.properties), field => new RegExp(`\\b${field}\\b`).test(row)), name).toEqual([]);
  }
  expect(missing(globSync('*.md', { cwd: join(root, 'docs/api') }), page => text.includes(`(api/${page})`))).toEqual([]);
});

it('README.md has every variable that the server reads', () => {
  const text = read('README.md');
  expect(missing(found(read('packages/server/src/config.ts'), /env\['(MIKO_\w+)'\]/g), name => text.includes(`\`${name}\``))).toEqual([]);
});

it('docs/testing.md has every failpoint', () => {
  const text = read('docs/testing.md');
  expect(missing(found(read('packages/store/src/failpoint.ts'), /'((?:records|objects)\.\w+)'/g), name => text.includes(`\`${name}\``))).toEqual([]);
});

it('docs/decisions/README.md lists every decision', () => {
  const text = read('docs/decisions/README.md');
  expect(missing(globSync('docs/decisions/[0-9]*.md', { cwd: root }), path => text.includes(`(${path.slice('docs/decisions/'.length)})`))).toEqual([]);
});

/** Patterns and signatures hold brackets that are no links. */
function withoutCode(text: string): string {
  return text.replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
}

/** As GitHub makes anchors of headings. */
function headingsOf(text: string): string[] {
  return found(text, /^#+ (.+)$/gm).map(heading => (heading ?? '').toLowerCase().replaceAll(/[^\w\- ]/g, '').replaceAll(' ', '-'));
}

function isCommand(words: string): boolean {
  const [first, second] = words.split(' ');
  const program = buildProgram(() => { throw new Error('no command is run here'); });
  const command = named(program, first);
  if (command === undefined) return false;
  // One that has subcommands and acts itself (`miko explain service`) takes any argument.
  return command.commands.length === 0 || command.registeredArguments.length > 0 || (second !== undefined && named(command, second) !== undefined);
}

const named = (parent: Command, name: string | undefined): Command | undefined => parent.commands.find(command => command.name() === name);
