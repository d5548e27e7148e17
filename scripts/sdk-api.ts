import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { sdkFiles } from './sdk-api/sdk-files.ts';

/** Says which generated files of the three SDKs are not what the newest API document says. `--bless` writes them. */
const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { bless: { type: 'boolean', default: false } } });

for (const [path, text] of sdkFiles(root)) {
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) console.log(`${path}: current`);
  else if (values.bless) write(path, file, text);
  else {
    process.exitCode = 1;
    console.log(`${path}: is not what the document says; npm run sdk-api -- --bless writes it`);
  }
}

function write(path: string, file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`${path}: written`);
}
