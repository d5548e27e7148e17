import { describe, expect, it } from 'vitest';
import { randomOf } from '../omnibus/random.ts';
import { checkFault } from './faults/check-faults.ts';
import { faults } from './faults/list.ts';
import { readScenarios } from './reader/read-scenarios.ts';
import { runSdk } from './runner/run-sdk.ts';
import { presentSdks, sdkOf } from './runner/sdks.ts';
import { runVectors } from './vectors/run-vectors.ts';

/** All scenarios with each SDK but those that take long by their nature; `npm run conformance` plays them too. */
const quick = readScenarios().filter(({ slow }) => !slow);

/** Faults chosen by a seed; `npm run conformance -- --faults` tries all, with every scenario. */
const random = randomOf(Number(process.env['MIKO_CONFORMANCE_SEED'] ?? 1));
const chosen = [0, 1].map(i => faults[(Math.floor(random() * faults.length) + i) % faults.length]!);
const MORE = 12;

describe.each(presentSdks.map(name => [name] as const))('%s', name => {
  it('does what docs/protocol.md says', { timeout: 300_000 }, async () => {
    const sdk = sdkOf(name);
    if ('why' in sdk) throw new Error(sdk.why);
    try {
      const results = [...(await runVectors(sdk.command)), ...(await runSdk(sdk.command, quick, { lanes: 3, onResult: () => {} }))];
      expect(results.filter(({ error }) => error !== null).map(({ id, error }) => `${id}: ${error!}`)).toEqual([]);
    } finally {
      sdk.clear();
    }
  });
});

describe('a broken SDK', () => {
  it.each(chosen.map(fault => [fault.name, fault] as const))('is noticed by the scenarios meant for it, and no other: %s', { timeout: 180_000 }, async (_, fault) => {
    const others = quick.filter(({ id }) => !fault.fails.includes(id));
    const some = Array.from({ length: MORE }, () => others[Math.floor(random() * others.length)]!);
    const scenarios = [...new Set([...quick.filter(({ id }) => fault.fails.includes(id)), ...some])];
    const { missed, surprised } = await checkFault(fault, scenarios, 3);
    expect({ missed, surprised }).toEqual({ missed: [], surprised: [] });
  });
});
