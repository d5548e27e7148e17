/** `npm run bench`: runs the asked works one after the other and reports. Exit code 0; 1 when a row was missed or invalid, 2 for a wrong command line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArguments, usage, UsageError } from './arguments.ts';
import type { Arguments, Work } from './arguments.ts';
import { stopChildrenOnExit } from './harness/children.ts';
import { describeMachine } from './harness/machine.ts';
import { jsonLine, machineLine, markdown, table } from './report.ts';
import type { Row } from './row.ts';
import { capacity } from './works/capacity.ts';
import { failover } from './works/failover.ts';
import { fanout } from './works/fanout.ts';
import { objects } from './works/objects.ts';
import { reads } from './works/reads.ts';
import { registrations } from './works/registrations.ts';
import { sdks } from './works/sdks.ts';
import type { Options, WorkResult } from './works/work.ts';

const runWork: Readonly<Record<Work, (options: Options) => Promise<WorkResult>>> = { reads, registrations, fanout, capacity, objects, sdks, failover };
const results = fileURLToPath(new URL('../results', import.meta.url));

try {
  stopChildrenOnExit();
  const rows = await bench(parseArguments(process.argv.slice(2)));
  process.exit(rows.every((row) => row.status === 'ok') ? 0 : 1);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${usage}\n`);
  process.exit(2);
}

async function bench(args: Arguments): Promise<Row[]> {
  const rows: Row[] = [];
  let postgres: string | null = null;
  for (const work of args.works) {
    const result = await runWork[work](args);
    postgres ??= result.postgres;
    rows.push(...result.rows);
    if (args.save) await save(work, result);
  }
  const machine = await describeMachine(postgres);
  process.stdout.write(`${machineLine(machine)}\n\n${table(rows)}\n`);
  if (args.json) process.stdout.write(`${jsonLine(machine, rows)}\n`);
  return rows;
}

async function save(work: Work, result: WorkResult): Promise<void> {
  const machine = await describeMachine(result.postgres);
  mkdirSync(results, { recursive: true });
  writeFileSync(`${results}/${work}.md`, markdown(work, machine, result.rows));
  writeFileSync(`${results}/${work}.json`, `${jsonLine(machine, result.rows)}\n`);
}
