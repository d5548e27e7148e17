import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readScenarios } from './reader/read-scenarios.ts';
import { FURTHER_WAYS, putTable, summaryOf, tableOf, type SdkResult } from './report.ts';
import { DriverProcess, type DriverCommand } from './runner/driver-process.ts';
import type { Result } from './runner/run-scenario.ts';
import { runSdk } from './runner/run-sdk.ts';
import { sdkNames, sdkOf, type SdkName } from './runner/sdks.ts';
import type { Scenario } from './scenario.ts';
import { runVectors } from './vectors/run-vectors.ts';
import { isHeld, isWorthPublishing, partial } from './verdict.ts';

export interface Asked {
  readonly sdks: readonly SdkName[];
  /** Those asked for by name: missing, they fail the run. */
  readonly named: readonly SdkName[];
  /** Scenarios by id, groups, or beginnings of ids; none: all. */
  readonly only: readonly string[];
  readonly json: boolean;
  /** Writes the parity table into docs/sdks.md: after a whole run, when everything held. */
  readonly table: boolean;
  /** Leaves out those that take long by their nature. */
  readonly quick: boolean;
  readonly lanes: number;
  /** Makes all calls in this way of the SDK; null: in its first. */
  readonly via: string | null;
}

/** Two SDKs at once: more would only wait for each other on a small machine. */
const SDKS_AT_ONCE = 2;

/** Runs vectors and scenarios with the SDKs asked for; resolves to whether everything held. */
export async function conformance(asked: Asked): Promise<boolean> {
  const lacks = partial(asked);
  if (asked.table && lacks.length > 0) throw new Error(`--table publishes a whole run: leave out ${lacks.join(', ')}`);
  const all = readScenarios();
  const scenarios = all.filter(scenario => isAsked(scenario, asked));
  const withVectors = asked.only.length === 0 || asked.only.includes('vectors');
  if (scenarios.length === 0 && !withVectors) throw new Error(`nothing is called ${asked.only.join(', ')}`);
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  say(`conformance: ${scenarios.length} scenarios${withVectors ? ' and the shared vectors' : ''}, ${asked.sdks.join(', ')}`);

  const results = new Map<SdkName, SdkResult>();
  const queue = [...asked.sdks];
  const worker = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) results.set(name, await runOne(name, scenarios, withVectors, asked, say));
  };
  await Promise.all(Array.from({ length: SDKS_AT_ONCE }, worker));

  const ordered = sdkNames.flatMap(name => results.get(name) ?? []);
  say(tableOf(ordered));
  for (const { name, missing } of ordered) if (missing !== null) say(`SKIPPED ${name}: ${missing}`);
  if (asked.table) {
    if (isWorthPublishing(ordered)) writeTable(ordered);
    else say('docs/sdks.md keeps its table: not every scenario held with all three SDKs');
  }
  if (asked.json) say(JSON.stringify(summaryOf(ordered)));
  return isHeld(ordered, asked.table ? sdkNames : asked.named);
}

const isAsked = ({ id, group, slow }: Scenario, { only, quick }: Asked): boolean => {
  const isNamed = only.includes(id);
  return isNamed || (!(quick && slow) && (only.length === 0 || only.includes(group) || only.some(begin => begin.endsWith('*') && id.startsWith(begin.slice(0, -1)))));
};

async function runOne(name: SdkName, scenarios: readonly Scenario[], withVectors: boolean, { lanes, via, only, quick }: Asked, say: (text: string) => void): Promise<SdkResult> {
  const sdk = sdkOf(name);
  if ('why' in sdk) return { name, missing: sdk.why, skipped: scenarios.length, results: [] };
  const tell = ({ id, error, ms }: Result): void =>
    say(error === null ? `ok      ${name.padEnd(10)} ${id} (${ms} ms)` : `FAILED  ${name.padEnd(10)} ${id} (${ms} ms)\n          ${error.replaceAll('\n', '\n          ')}`);
  try {
    const { vias, error } = await greet(sdk.command);
    if (error !== null) {
      tell(error);
      return { name, missing: null, skipped: scenarios.length, results: [error] };
    }
    const vectors = withVectors ? await runVectors(sdk.command) : [];
    for (const result of vectors) tell(result);
    const played = await runSdk(sdk.command, scenarios, { lanes, via, onResult: tell });
    const others = only.length === 0 && via === null && !quick ? await runOtherWays(sdk.command, vias.slice(1), scenarios, lanes, tell) : [];
    return { name, missing: null, skipped: 0, results: [...vectors, ...played, ...others] };
  } finally {
    sdk.clear();
  }
}

/** Whether the driver starts at all, and the ways in which it makes calls. */
async function greet(command: DriverCommand): Promise<{ vias: readonly string[]; error: Result | null }> {
  const driver = new DriverProcess(command);
  const began = performance.now();
  try {
    return { ...((await driver.do('hello', {})) as { vias: readonly string[] }), error: null };
  } catch (error) {
    return { vias: [], error: { id: 'driver', group: 'driver', error: (error as Error).message, ms: Math.round(performance.now() - began) } };
  } finally {
    await driver.end();
  }
}

/** What calls do must not depend on the way in which they are made: the scenarios of calls again, with each further way of the SDK. */
async function runOtherWays(command: DriverCommand, vias: readonly string[], scenarios: readonly Scenario[], lanes: number, tell: (result: Result) => void): Promise<Result[]> {
  const ofCalls = scenarios.filter(({ group, firstWayOnly }) => GROUPS_OF_CALLS.has(group) && firstWayOnly === null);
  const results: Result[] = [];
  for (const via of vias) {
    const named = (result: Result): Result => ({ ...result, id: `${result.id} by ${via}`, group: FURTHER_WAYS });
    results.push(...(await runSdk(command, ofCalls, { lanes, via, onResult: result => tell(named(result)) })).map(named));
  }
  return results;
}

const GROUPS_OF_CALLS: ReadonlySet<string> = new Set(['survive', 'pool', 'observe', 'fixed']);

function writeTable(results: readonly SdkResult[]): void {
  const page = join(import.meta.dirname, '../../../../docs/sdks.md');
  writeFileSync(page, putTable(readFileSync(page, 'utf8'), results));
}
