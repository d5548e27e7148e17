import { pathToFileURL } from 'node:url';
import { readScenarios } from '../reader/read-scenarios.ts';
import type { DriverCommand, DriverProcess } from '../runner/driver-process.ts';
import type { Result } from '../runner/run-scenario.ts';
import { runSdk } from '../runner/run-sdk.ts';
import { sdkOf } from '../runner/sdks.ts';
import type { Scenario } from '../scenario.ts';
import { runVectors } from '../vectors/run-vectors.ts';
import type { Fault } from './fault.ts';
import { faults } from './list.ts';

export interface AskedFaults {
  /** By name; none: all. */
  readonly names: readonly string[];
  readonly json: boolean;
  readonly lanes: number;
}

export interface CheckedFault {
  readonly fault: string;
  /** Meant for it, and held all the same. */
  readonly missed: readonly string[];
  /** Not meant for it, and failed. */
  readonly surprised: readonly string[];
  readonly caughtBy: readonly string[];
  readonly ms: number;
}

/** Breaks the TypeScript SDK in each way of the list; resolves to whether each failed exactly the scenarios meant for it. */
export async function checkFaults({ names, json, lanes }: AskedFaults): Promise<boolean> {
  const unknown = names.filter(name => !faults.some(fault => fault.name === name));
  if (unknown.length > 0) throw new Error(`there is no fault ${unknown.join(', ')}: there are ${faults.map(({ name }) => name).join(' · ')}`);
  const scenarios = readScenarios().filter(({ slow }) => !slow);
  const checked: CheckedFault[] = [];
  for (const fault of faults.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const one = await checkFault(fault, scenarios, lanes);
    checked.push(one);
    process.stdout.write(told(one));
  }
  const exact = checked.filter(isExact).length;
  process.stdout.write(`${exact} of ${checked.length} faults failed exactly the scenarios meant for them\n`);
  if (json) process.stdout.write(`${JSON.stringify({ faults: checked })}\n`);
  return exact === checked.length;
}

export const isExact = ({ missed, surprised, caughtBy }: CheckedFault): boolean => missed.length === 0 && surprised.length === 0 && caughtBy.length > 0;

/** Runs vectors and scenarios with one thing broken. */
export async function checkFault(fault: Fault, scenarios: readonly Scenario[], lanes: number): Promise<CheckedFault> {
  const began = performance.now();
  const command = brokenTypescript(fault);
  const drivers: DriverProcess[] = [];
  const results = await runSdk(command, scenarios, { lanes, onResult: () => {}, onDriver: driver => drivers.push(driver) });
  if (!drivers.some(({ stderr }) => stderr.includes(`conformance: ${fault.name} is in place`))) throw new Error(`${fault.name}: ${drivers[0]?.stderr.trim() || `${fault.file} was not loaded`}`);
  const failed = [...(await runVectors(command)), ...results].filter(({ error }: Result) => error !== null).map(({ id }) => id);
  return {
    fault: fault.name, missed: fault.fails.filter(id => !failed.includes(id)), surprised: failed.filter(id => !fault.fails.includes(id)),
    caughtBy: fault.fails.filter(id => failed.includes(id)), ms: Math.round(performance.now() - began),
  };
}

const hook = pathToFileURL(new URL('hook.ts', import.meta.url).pathname).href;

function brokenTypescript(fault: Fault): DriverCommand {
  const sdk = sdkOf('typescript');
  if ('why' in sdk) throw new Error(sdk.why);
  const { command } = sdk;
  return { ...command, args: ['--import', hook, ...command.args], env: { ...command.env, MIKO_CONFORMANCE_FAULT: JSON.stringify(fault) } };
}

function told(one: CheckedFault): string {
  const lines = [...one.missed.map(id => `    held, and should have failed: ${id}`), ...one.surprised.map(id => `    failed, and was not meant to: ${id}`)];
  return `${isExact(one) ? 'exact ' : 'NOT SO'}  ${one.fault}: ${one.caughtBy.length} of ${one.caughtBy.length + one.missed.length} (${Math.round(one.ms / 1_000)} s)\n${lines.map(line => `${line}\n`).join('')}`;
}
