import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mayBless, type Judgement } from '../packages/server/src/api/document/blessed.ts';
import { judged, pages } from './lib/promised.ts';

/** Says what differs between what is promised and what is built. `--bless` promises it, where no promise is broken by that. */
const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { bless: { type: 'boolean', default: false } } });
let failures = 0;

const documents = judged(root);
for (const judgement of documents) {
  const path = `openapi/${judgement.date}.json`;
  if (judgement.state === 'same') console.log(`${path}: as promised`);
  else if (!mayBless(judgement)) refuse(path, judgement);
  else if (values.bless) write(path, judgement.text);
  else differ(path, judgement.state === 'missing' ? 'not promised yet' : 'has grown, and breaks nobody');
}
for (const [path, text] of pages(root)) {
  if (existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8') === text) console.log(`${path}: current`);
  else if (values.bless) write(path, text);
  else differ(path, 'is not what is built');
}
process.exitCode = failures === 0 ? 0 : 1;

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
  console.log(`${path}: written`);
}

function differ(path: string, how: string): void {
  failures++;
  console.log(`${path}: ${how}; npm run openapi -- --bless writes it`);
}

function refuse(path: string, { state, findings }: Judgement): void {
  failures++;
  console.log(state === 'changed' ? `${path}: is of an older date, and differs from what is built; it stays as it was promised` : `${path}: would break its callers; this needs a new API date`);
  for (const { rule, where, text } of findings) console.log(`  ${rule}: ${where}: ${text}`);
}
