import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * The shape of the house: who may import whom, and what no file may hold. Read from the files as they are, tests
 * included; nothing has to be registered here but a new package.
 */
const root = join(import.meta.dirname, '../../..');

/** What each package may import of the others. Downward only: model <- store <- server, model <- client <- cli. */
const below: Readonly<Record<string, readonly string[]>> = {
  model: [],
  store: ['model'],
  server: ['model', 'store'],
  client: ['model'],
  cli: ['model', 'client'],
  demo: ['model', 'client', 'server'],
  testkit: ['model', 'store', 'server', 'client', 'cli', 'demo'],
  bench: ['model', 'client'],
};

interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly [dependencies: `${string}ependencies`]: Readonly<Record<string, string>> | undefined;
}
interface Package {
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;
const packages: readonly Package[] = [...readdirSync(join(root, 'packages')).map(name => join('packages', name)), 'bench']
  .filter(folder => existsSync(join(root, folder, 'package.json')))
  .map(folder => ({ name: folder.split('/').at(-1)!, folder, manifest: readJson<Manifest>(join(root, folder, 'package.json')) }));
const manifests = [...packages.map(({ folder, manifest }) => ({ folder, manifest })), { folder: '.', manifest: readJson<Manifest>(join(root, 'package.json')) }];
const kindsOfDependency = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;
const dependenciesOf = (manifest: Manifest): [string, string][] => kindsOfDependency.flatMap(kind => Object.entries(manifest[kind] ?? {}));

const MADE = new Set(['node_modules', 'dist', '.git', '.miko', '.vitest', 'coverage', '.venv', '__pycache__', '.mypy_cache', '.pytest_cache', '.ruff_cache']);
const filesUnder = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    if (MADE.has(entry.name) || entry.name.endsWith('.tsbuildinfo')) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : entry.isFile() ? [path] : [];
  });
const codeOf = ({ folder }: Package): string[] => filesUnder(folder).filter(path => /\.(ts|mts|js|mjs)$/.test(path));

/** What a file imports; `erased`: types alone, which leave nothing behind at run time. */
interface Import {
  readonly from: string;
  readonly erased: boolean;
}
function importsOf(path: string): Import[] {
  const source = readFileSync(join(root, path), 'utf8');
  const statements = source.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";=()]*?\sfrom\s+)?'([^'\n]+)'/gm);
  const calls = source.matchAll(/\bimport\(\s*'([^'\n]+)'\s*\)/g);
  return [
    ...[...statements].map(([, type, from]) => ({ from: from!, erased: type !== undefined })),
    ...[...calls].map(([, from]) => ({ from: from!, erased: false })),
  ];
}
const targetOf = (path: string, from: string): string => relative(root, join(root, dirname(path), from));
/** `pg` of `pg/lib/x`, `@miko/store` of `@miko/store/embedded`. */
const packageOf = (from: string): string => from.split('/').slice(0, from.startsWith('@') ? 2 : 1).join('/');

it('every package has its place in the order, and the order names no other', () => {
  expect(packages.map(({ name }) => name).sort()).toEqual(Object.keys(below).sort());
  expect(packages.map(({ manifest }) => manifest.name)).toEqual(packages.map(({ name }) => `@miko/${name}`));
});

describe.each(packages.map(one => [one.name, one] as const))('the package %s', (name, one) => {
  const code = codeOf(one);
  const allowed = (below[name] ?? []).map(other => `@miko/${other}`);

  it('imports only packages below it', () => {
    const upward = code.flatMap(path => importsOf(path)
      .filter(({ from }) => from.startsWith('@miko/') && packageOf(from) !== `@miko/${name}` && !allowed.includes(packageOf(from)))
      .map(({ from }) => `${path}: ${from}`));
    expect(upward).toEqual([]);
  });

  it('reaches no file of another by a relative path', () => {
    const crossing = code.flatMap(path => importsOf(path)
      .filter(({ from }) => from.startsWith('.') && !targetOf(path, from).startsWith(one.folder + sep))
      .map(({ from }) => `${path}: ${from}`));
    expect(crossing).toEqual([]);
  });

  it('imports only what it declares; tests may use the tools of the root as well', () => {
    const declared = new Set(dependenciesOf(one.manifest).map(([dependency]) => dependency).concat(one.manifest.name));
    const tools = new Set(dependenciesOf(readJson<Manifest>(join(root, 'package.json'))).map(([dependency]) => dependency));
    const undeclared = code.flatMap(path => importsOf(path)
      .filter(({ from }) => !from.startsWith('.') && !from.startsWith('node:') && !declared.has(packageOf(from)))
      .filter(({ from }) => !(/\.test\.|\/testing\//.test(path) && tools.has(packageOf(from))))
      .map(({ from }) => `${path}: ${from}`));
    expect(undeclared).toEqual([]);
  });

  it('has no circle among its files; types that are erased close none', () => {
    const graph = new Map(code.map(path => [path, importsOf(path).filter(({ from, erased }) => from.startsWith('.') && !erased).map(({ from }) => targetOf(path, from))]));
    expect(circleIn(graph)).toEqual([]);
  });

  it('depends on packages below it alone, each of which its tsconfig refers to', () => {
    const workspace = dependenciesOf(one.manifest).map(([dependency]) => dependency).filter(dependency => dependency.startsWith('@miko/'));
    expect(workspace.filter(dependency => !allowed.includes(dependency))).toEqual([]);
    const { references } = readJson<{ references?: { path: string }[] }>(join(root, one.folder, 'tsconfig.json'));
    const referred = (references ?? []).map(({ path }) => `@miko/${path.split('/').at(-1)!}`);
    expect(workspace.filter(dependency => !referred.includes(dependency))).toEqual([]);
    expect(referred.filter(reference => !allowed.includes(reference))).toEqual([]);
  });
});

describe('kinds', () => {
  const folder = 'packages/model/src/kinds';
  const files = readdirSync(join(root, folder)).filter(file => !/^(index|specs)\.ts$|\.test\./.test(file));

  it.each(files)('%s imports no kind but its parent, and never the list of them', file => {
    const siblings = importsOf(join(folder, file)).map(({ from }) => from).filter(from => from.startsWith('./'));
    const parent = /^\s*parent: (\w+),$/m.exec(readFileSync(join(root, folder, file), 'utf8'))?.[1];
    expect(siblings).toEqual(parent === undefined || parent === 'null' ? [] : [`./${parent.replaceAll(/[A-Z]/g, c => `-${c.toLowerCase()}`)}.ts`]);
  });
});

describe('dependencies', () => {
  it('are pinned exactly, and those of the workspace to its own versions', () => {
    const versions = new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]));
    // A peer is its user's own choice, within a range.
    const loose = manifests.flatMap(({ folder, manifest }) => dependenciesOf({ ...manifest, peerDependencies: {} })
      .filter(([dependency, version]) => (versions.has(dependency) ? versions.get(dependency) !== version : !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)))
      .map(([dependency, version]) => `${folder}: ${dependency} ${version}`));
    expect(loose).toEqual([]);
  });

  it('are locked by what they are, not by where they were fetched', () => {
    const { packages: locked } = readJson<{ packages: Record<string, { resolved?: string; link?: boolean; version?: string; integrity?: string }> }>(join(root, 'package-lock.json'));
    const folders = packages.map(one => one.folder);
    const entries = Object.entries(locked).filter(([path]) => path.startsWith('node_modules/'));
    expect(entries.filter(([, { resolved, link }]) => (link === true ? !folders.includes(resolved!) : resolved !== undefined))).toEqual([]);
    expect(entries.filter(([, { integrity, link }]) => link !== true && !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  });
});

describe('no file names a machine', () => {
  /** Folders of this very machine, and of people's in general. */
  const own = [root, homedir()].filter(path => path !== tmpdir() && (path === root ? path.split('/').length > 2 : path !== '/')).map(path => new RegExp(`(?<![\\w.~-])${escaped(path)}/`));
  const home = /(?<![\w.~-])\/(?:home|Users)\/[\w.-]+\//;
  const registries = ['npm_config_registry', 'NPM_CONFIG_REGISTRY'].map(name => process.env[name]).concat(/^registry=(.+)$/m.exec(npmrc())?.[1])
    .filter(url => url !== undefined && URL.canParse(url)).map(url => new RegExp(escaped(new URL(url!).host)));
  const registry = /\bregistry\.(?:npmjs|yarnpkg|npmmirror)\b|https?:\/\/[\w.-]*(?:artifactory|nexus|verdaccio)\b/;
  const self = relative(root, import.meta.filename);

  it('neither a folder of it nor a registry it installs from', () => {
    const named = filesUnder('.').filter(path => path !== self).flatMap(path => {
      const text = readFileSync(join(root, path), 'utf8');
      return [...own, home, ...registries, registry].filter(pattern => pattern.test(text)).map(pattern => `${path}: ${pattern.exec(text)![0]}`);
    });
    expect(named).toEqual([]);
  });
});

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
function npmrc(): string {
  const path = join(homedir(), '.npmrc');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** The files of one circle in their order, or none. */
function circleIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]): string[] => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of graph.get(file) ?? []) {
      const circle = walk(next, [...way, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const circle = walk(file, []);
    if (circle.length > 0) return circle;
  }
  return [];
}
