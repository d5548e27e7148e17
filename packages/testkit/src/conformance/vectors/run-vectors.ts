import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DriverProcess, type DriverCommand } from '../runner/driver-process.ts';
import type { Result } from '../runner/run-scenario.ts';
import { isClose, type VectorFile } from './all-vectors.ts';

export const vectorFiles = (): string[] => readdirSync(import.meta.dirname).filter(file => file.endsWith('.json')).sort();
export const readVectors = (file: string): VectorFile => JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as VectorFile;

/** Asks an SDK for every shared vector; one result for each file. */
export async function runVectors(command: DriverCommand): Promise<Result[]> {
  const driver = new DriverProcess(command);
  try {
    const results: Result[] = [];
    for (const file of vectorFiles()) results.push(await runFile(driver, file));
    return results;
  } finally {
    await driver.end();
  }
}

async function runFile(driver: DriverProcess, file: string): Promise<Result> {
  const began = performance.now();
  const { vector, cases } = readVectors(file);
  const wrong: string[] = [];
  for (const { says, input, output } of cases) {
    try {
      const got = await driver.do('vector', { name: vector, input });
      if (!isClose(got, output)) wrong.push(`${says}: should be ${JSON.stringify(output).slice(0, 400)}, was ${JSON.stringify(got)?.slice(0, 400)}`);
    } catch (error) {
      wrong.push(`${says}: ${(error as Error).message}`);
    }
  }
  return { id: `vectors-${file.replace('.json', '')}`, group: 'vectors', error: wrong.length === 0 ? null : wrong.join('\n'), ms: Math.round(performance.now() - began) };
}
