import { kinds } from '@miko/model';
import { declaredOperations } from '@miko/server';
import { expect, it } from 'vitest';
import { plan } from './chapters.ts';
import { checkMutation } from './mutations/check.ts';
import { mutations } from './mutations/list.ts';
import { randomOf } from './random.ts';
import { run, type Outcome } from './run.ts';
import { overTcp } from './start.ts';

/** Two mutations of the list, chosen by a seed; `npm run omnibus` checks them all. */
const random = randomOf(Number(process.env['MIKO_OMNIBUS_SEED'] ?? 1));
const chosen = [0, 1].map(i => mutations[(Math.floor(random() * mutations.length) + i) % mutations.length]!);
const cases = plan(kinds, declaredOperations());

it('every rule holds for every kind and endpoint, over TCP', { timeout: 180_000 }, async () => {
  const running = await overTcp();
  try {
    const outcomes = await run(running.world, cases);
    expect(outcomes.filter(({ error }) => error !== null).map(told)).toEqual([]);
    expect(outcomes.length).toBe(cases.length);
  } finally {
    await running.stop();
  }
});

it.each(chosen.map(mutation => [mutation.name, mutation] as const))('notices when this is switched off: %s', { timeout: 180_000 }, async (_, mutation) => {
  expect((await checkMutation(mutation, cases)).by).not.toBeNull();
});

const told = ({ subject, rule, name, error }: Outcome): string => `${subject} [${rule}] ${name}: ${error!.message}`;
