import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { installedPackage, usableBinaries } from './binaries.ts';
import { run } from './run.ts';
import { runUser } from './run-user.ts';

const root = process.getuid?.() === 0;

/** A folder anybody can enter, with a package in it as npm leaves it when install scripts are off: without the library links. */
function checkout(mode: number): { packageFolder: string; copies: string } {
  const top = mkdtempSync('/tmp/miko-checkout-');
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  chmodSync(top, 0o755);
  const packageFolder = join(top, 'checkout/package');
  mkdirSync(packageFolder, { recursive: true });
  cpSync(installedPackage(), packageFolder, { recursive: true, verbatimSymlinks: true });
  chmodSync(join(top, 'checkout'), mode);
  return { packageFolder, copies: join(top, 'copies') };
}

function dropLinks(packageFolder: string): void {
  const links: { target: string }[] = JSON.parse(readFileSync(join(packageFolder, 'native/pg-symlinks.json'), 'utf8'));
  for (const { target } of links) rmSync(join(packageFolder, target), { force: true });
}

const user = () => runUser('/nonexistent/data');

/** initdb needs other libraries than the probe has tried, and finds its shared files beside itself. */
async function works(initdb: string, folder: string): Promise<void> {
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  user().own(data);
  const { code, output } = await run(user(), initdb, ['-D', '/proc/self/cwd', '--no-sync'], { cwd: data, limitMs: 30_000 });
  expect(output).toContain('Success');
  expect(code).toBe(0);
}

describe('the binaries', () => {
  test('are used where they are when the run user can run them', async () => {
    const { packageFolder, copies } = checkout(0o755);
    const { postgres } = await usableBinaries(packageFolder, user(), copies);
    expect(postgres).toBe(join(packageFolder, 'native/bin/postgres'));
    expect(existsSync(copies)).toBe(false);
  });

  test('are copied, once, with their links when install scripts were off; the package stays as it is', async () => {
    const { packageFolder, copies } = checkout(0o755);
    dropLinks(packageFolder);
    const [one, two] = await Promise.all([usableBinaries(packageFolder, user(), copies), usableBinaries(packageFolder, user(), copies)]);
    expect(two).toEqual(one);
    expect(readdirSync(copies)).toEqual([expect.stringMatching(/^pg-18\.\d+\.\d+(-[\w.]+)?$/)]);
    expect(lstatSync(join(one.initdb, '../../lib/libpq.so.5')).isSymbolicLink()).toBe(true);
    expect(existsSync(join(packageFolder, 'native/lib/libpq.so.5'))).toBe(false);
    await works(one.initdb, join(packageFolder, '../..'));
  });

  test('are copied out of a checkout the run user cannot enter, whatever umask installed them', async () => {
    const { packageFolder, copies } = checkout(0o700);
    chmodSync(join(packageFolder, 'native/share'), 0o700);
    chmodSync(join(packageFolder, 'native/bin/postgres'), 0o700);
    const { initdb } = await usableBinaries(packageFolder, user(), copies);
    expect(initdb.startsWith(root ? copies : packageFolder)).toBe(true);
    await works(initdb, join(packageFolder, '../..'));
  });

  test('are refused with both reasons when the copy is of no use either', async () => {
    const { packageFolder, copies } = checkout(0o755);
    dropLinks(packageFolder);
    mkdirSync(copies);
    chmodSync(copies, 0o777);
    await expect(usableBinaries(packageFolder, user(), copies)).rejects.toMatchObject({
      code: 'binaries_unusable',
      message: expect.stringMatching(/install scripts were off: native\/lib\/.* is missing.* may be written by, another user/),
    });
    expect(readdirSync(copies)).toEqual([]);
    expect(statSync(packageFolder).isDirectory()).toBe(true);
  });
});
