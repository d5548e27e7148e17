import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MikoProcess } from '../miko-process.ts';
import { isAsPrinted } from './is-as-printed.ts';
import { examplesOf, type Example } from './page-examples.ts';
import { runExamples } from './run-examples.ts';

/**
 * Every command on the pages of `docs/api`, run as a reader would run it, prints what the page says. The pages find Miko
 * by `MIKO_URL` and its token by `MIKO_DATA_DIR`; each makes what it needs and leaves nothing behind.
 */
const folder = join(import.meta.dirname, '../../../../docs/api');
/** Written from the registry and the omnibus: tables without commands. */
const generated = ['errors.md', 'rules.md'];
const pages = globSync('*.md', { cwd: folder }).filter(page => !generated.includes(basename(page))).sort();
const LONGEST_PAGE_MS = 120_000;

let miko: MikoProcess;
let atFirst: unknown;
/** How many objects of each kind of the fleet there are, projects among them. */
const counts = async (): Promise<unknown> => (await miko.call('GET', '/v1/limits')).body;
beforeAll(async () => {
  miko = await MikoProcess.start();
  atFirst = await counts();
});
afterAll(async () => {
  await miko.dispose();
});

describe.each(pages)('docs/api/%s', page => {
  const examples = examplesOf(readFileSync(join(folder, page), 'utf8'));

  it('has commands', () => {
    expect(examples.length).toBeGreaterThan(1);
  });

  it('prints what it says', { timeout: LONGEST_PAGE_MS }, async () => {
    expect(await wrong(examples)).toEqual([]);
  });

  it('leaves nothing behind', async () => {
    expect(await counts()).toEqual(atFirst);
  });
});

it.each([
  ['prints something else', 'echo other', 'one'],
  ['prints more', 'echo one; echo two', 'one'],
  ['prints less', 'true', 'one'],
  ['prints what the page does not show', 'echo one', ''],
  ['fails and shows nothing', 'false', ''],
  ['is no command', 'if', ''],
  ['ends the page', 'exit 0', ''],
])('an example is wrong when it %s', async (_, script, expected) => {
  const page = examplesOf(`\`\`\`sh\necho first\n\`\`\`\n\`\`\`\nfirst\n\`\`\`\n\`\`\`sh\n${script}\n\`\`\`\n${expected === '' ? '' : `\`\`\`\n${expected}\n\`\`\``}`);
  expect((await wrong(page)).map(({ line }) => line)).toEqual([8]);
});

async function wrong(examples: readonly Example[]) {
  const ran = await runExamples(examples, { MIKO_URL: miko.url, MIKO_DATA_DIR: miko.dataDir });
  return examples.flatMap(({ line, script, expected }, i) => {
    const { printed, status } = ran[i]!;
    const isRight = status !== null && isAsPrinted(expected, printed) && (expected !== '' || status === 0);
    return isRight ? [] : [{ line, script, status, expected, printed }];
  });
}
