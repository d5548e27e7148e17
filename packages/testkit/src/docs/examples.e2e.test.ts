import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { freePort, MikoProcess } from '../miko-process.ts';
import { endpointPath, registration } from '../registration.ts';

/**
 * The programs of `examples/`, in each language that this machine has, against a real Miko. What they have written down,
 * the ports, is replaced by free ones; the rest runs as it stands there.
 */
const examples = join(import.meta.dirname, '../../../../examples');
const MOST_MS = 120_000;

interface Language {
  readonly name: string;
  readonly extension: string;
  /** The command that runs a program of the folder, with its text in `stdin` or in place of `file`. */
  readonly run: (file: string, text: string) => { readonly command: string; readonly args: readonly string[]; readonly stdin: string };
}
/** `npm test` finds them, and says what is missing. */
const [python, go] = [process.env['MIKO_SDK_PYTHON'], process.env['MIKO_SDK_GO']];
const languages: readonly Language[] = [
  { name: 'typescript', extension: 'ts', run: (_, stdin) => ({ command: process.execPath, args: ['--conditions=source', '--input-type=module-typescript', '-'], stdin }) },
  ...(python ? [{ name: 'python', extension: 'py', run: (_: string, stdin: string) => ({ command: python, args: ['-'], stdin }) }] : []),
  ...(go ? [{ name: 'go', extension: 'go', run: (file: string, text: string) => throughOverlay(go, file, text) }] : []),
];

let miko: MikoProcess;
let scratch: string;
const ports = new Map<string, number>();

beforeAll(async () => {
  miko = await MikoProcess.start();
  scratch = mkdtempSync(join(tmpdir(), 'miko-examples-'));
  for (const port of ['8080', '8081', '8082', '8083']) ports.set(port, await freePort());
});
afterAll(async () => {
  await miko.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

const withFreePorts = (text: string): string => text.replaceAll(/\b808[0-3]\b/g, port => String(ports.get(port)));

function throughOverlay(go: string, file: string, text: string): ReturnType<Language['run']> {
  const [source, overlay] = [join(scratch, 'main.go'), join(scratch, 'overlay.json')];
  writeFileSync(source, text);
  writeFileSync(overlay, JSON.stringify({ Replace: { [file]: source } }));
  return { command: go, args: ['run', '-overlay', overlay, file], stdin: '' };
}

/** What it printed; rejects with its errors when it fails. */
function printed({ name, extension, run }: Language, program: string): Promise<string> {
  const folder = join(examples, name);
  const file = join(folder, `${program}.${extension}`);
  const { command, args, stdin } = run(file, withFreePorts(readFileSync(file, 'utf8')));
  return new Promise((resolve, reject) => {
    const env = { ...process.env, MIKO_URL: miko.url, MIKO_TOKEN: miko.token, MIKO_CACHE_DIR: join(scratch, name) };
    const child = spawn(command, args, { cwd: folder, env, timeout: MOST_MS });
    let [told, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => { told += chunk; });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => { errors = (errors + chunk).slice(-10_000); });
    child.on('error', reject).on('close', code => (code === 0 ? resolve(told) : reject(new Error(`${program} ended with ${code}: ${told}${errors}`))));
    child.stdin.end(stdin);
  });
}

describe.each(languages)('$name', language => {
  it('in ten lines: it comes, is called by its name, and leaves', { timeout: MOST_MS }, async () => {
    const told = await printed(language, 'ten-lines');
    expect(told).toContain('200');
    expect(told.toLowerCase()).toContain('known');
    const { body } = await miko.call<{ services: Record<string, unknown> }>('GET', '/v1/projects/default/endpoints?service=hello');
    expect(body.services['hello']).toMatchObject({ state: 'empty', endpoints: [] });
  });
});

describe('the shop', () => {
  let shop: ReturnType<typeof spawn>;
  beforeAll(async () => {
    const file = join(scratch, 'shop.mjs');
    writeFileSync(file, withFreePorts(readFileSync(join(examples, 'shop.mjs'), 'utf8')));
    shop = spawn(process.execPath, [file], { stdio: 'ignore' });
    const url = `http://127.0.0.1:${ports.get('8083')}/price/pear`;
    await eventually(() => fetch(url).then(() => true, () => undefined), 20_000, 'the shop to answer');
  });
  afterAll(() => shop.kill());

  const SUMS = Array.from({ length: 3 }, () => '3 items, 170 cents');
  const lines = async (language: Language, program: string): Promise<string[]> => (await printed(language, program)).trim().split('\n');

  it.each(languages)('with its addresses in the code, and with Miko that knows none of them: the same, in $name', { timeout: MOST_MS }, async language => {
    expect(await lines(language, 'before')).toEqual(SUMS);
    expect(await lines(language, 'after')).toEqual([...SUMS, 'cart: 0 by Miko, 3 by constants', 'prices: 0 by Miko, 9 by constants']);
  });

  describe('once Miko knows the prices', () => {
    beforeAll(async () => {
      for (const n of [1, 2]) await miko.call('PUT', endpointPath('prices', `prices-${n}`), registration(null, { port: ports.get(`808${n + 1}`)! }));
    });

    // The first round does not wait for Miko; on a machine that is slow enough, neither do the others.
    it.each(languages)('they come from there, and the cart from the code, in $name', { timeout: MOST_MS }, async language => {
      const prices = await eventually(async () => {
        const told = await lines(language, 'after');
        expect(told.slice(0, -1)).toEqual([...SUMS, 'cart: 0 by Miko, 3 by constants']);
        return told.at(-1) === 'prices: 0 by Miko, 9 by constants' ? undefined : told.at(-1);
      }, MOST_MS, 'calls by Miko');
      expect(prices).toMatch(/^prices: [1-9] by Miko, [0-8] by constants$/);
    });
  });
});
