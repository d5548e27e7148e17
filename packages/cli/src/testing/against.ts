import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { endpoint, startFakeMiko, type FakeMiko, type Routes } from './fake-miko.ts';
import { runMiko, type Run, type RunOptions } from './run-miko.ts';

/** Runs the command as users start it, against a Miko that answers what `routes` say. Puts everything away after each test. */
export async function against(routes: Routes, args: readonly string[], options: RunOptions = {}): Promise<Run & { readonly fake: FakeMiko }> {
  const fake = await fakeMiko(routes);
  const run = await runMiko(args, { ...options, env: { MIKO_URL: fake.url, MIKO_TOKEN: 'secret-token', ...options.env } });
  expect(run.stdout + run.stderr).not.toContain('secret-token');
  return { ...run, fake };
}

export async function fakeMiko(routes: Routes, socketPath?: string): Promise<FakeMiko> {
  const fake = await startFakeMiko(routes, socketPath);
  open.push(fake);
  return fake;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'miko-cli-'));
  folders.push(folder);
  return folder;
}

export const LIST = '/v1/projects/default/endpoints';
export const WEB_1 = '/v1/projects/default/services/web/endpoints/web-1';
export const web = { state: 'known', revision: 4, endpoints: [endpoint('web-1')] };
export const listOf = (services: Readonly<Record<string, unknown>>) => ({ body: { revision: 4, services } });

const open: FakeMiko[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const fake of open.splice(0)) await fake.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
