import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriverCommand } from './driver-process.ts';

/** The three SDKs and how their driver programs are started. */

export const sdkNames = ['typescript', 'python', 'go'] as const;
export type SdkName = (typeof sdkNames)[number];
/** Those whose language is on this machine: for others there are no tests, and `npm test` says so. */
export const presentSdks = sdkNames.filter(name => name === 'typescript' || Boolean(process.env[`MIKO_SDK_${name.toUpperCase()}`]));

export interface Sdk {
  readonly name: SdkName;
  readonly command: DriverCommand;
  /** Takes away what was made to run it. */
  readonly clear: () => void;
}

export interface MissingSdk {
  readonly name: SdkName;
  /** Why it cannot run on this machine. */
  readonly why: string;
}

const root = join(import.meta.dirname, '../../../../..');

/** Makes an SDK's driver ready to run: Go's is built once, Python's has its environment. */
export function sdkOf(name: SdkName): Sdk | MissingSdk {
  return makers[name]();
}

const makers: Readonly<Record<SdkName, () => Sdk | MissingSdk>> = { typescript, python, go };

function typescript(): Sdk {
  const main = join(import.meta.dirname, '../drivers/typescript.ts');
  return ready('typescript', process.execPath, ['--conditions=source', '--disable-warning=ExperimentalWarning', main], root);
}

function python(): Sdk | MissingSdk {
  const { path, why } = toolOf('PYTHON');
  if (path === undefined) return { name: 'python', why };
  const folder = join(root, 'sdks/python');
  // A folder with a `__main__.py` is a program.
  return ready('python', path, [join(folder, 'tests/driver')], folder, { PYTHONPATH: join(folder, 'src'), PYTHONUNBUFFERED: '1' });
}

function go(): Sdk | MissingSdk {
  const { path, why } = toolOf('GO');
  if (path === undefined) return { name: 'go', why };
  const folder = join(root, 'sdks/go');
  const built = mkdtempSync(join(tmpdir(), 'miko-go-driver-'));
  const program = join(built, 'driver');
  const build = spawnSync(path, ['build', '-o', program, './internal/conformance/driver'], { encoding: 'utf8', cwd: folder });
  if (build.status !== 0) {
    rmSync(built, { recursive: true, force: true });
    throw new Error(`the Go driver does not build:\n${build.stderr}`);
  }
  return { ...ready('go', program, [], folder), clear: () => rmSync(built, { recursive: true, force: true }) };
}

/** What the npm commands found on this machine and tell by these variables (scripts/lib/languages.mjs). */
function toolOf(language: 'PYTHON' | 'GO'): { readonly path?: string; readonly why: string } {
  const path = process.env[`MIKO_SDK_${language}`];
  const why = process.env[`MIKO_SDK_${language}_MISSING`] ?? `MIKO_SDK_${language} does not say where it is: npm run conformance and npm test do`;
  return path ? { path, why } : { why };
}

const ready = (name: SdkName, program: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Sdk =>
  ({ name, command: { program, args, cwd, env }, clear: () => {} });
