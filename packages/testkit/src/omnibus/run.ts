import type { Planned } from './chapters.ts';
import type { RuleId } from './rules.ts';
import type { World } from './world.ts';

export interface Outcome {
  readonly subject: string;
  readonly rule: RuleId;
  readonly name: string;
  /** Null: it holds. */
  readonly error: Error | null;
  readonly ms: number;
}

/** Runs cases one after another; stops after `mostFailures`. */
export async function run(world: World, cases: readonly Planned[], mostFailures = Infinity): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let failures = 0;
  for (const one of cases) {
    const outcome = await runOne(world, one);
    outcomes.push(outcome);
    if (outcome.error !== null && ++failures >= mostFailures) break;
  }
  return outcomes;
}

async function runOne(world: World, { subject, rule, name, last, run }: Planned): Promise<Outcome> {
  const started = performance.now();
  let error: Error | null = null;
  try {
    await run(world);
    if (last === true) world.forget();
    else await world.tidy();
  } catch (cause) {
    error = cause as Error;
    // What a failed case has left must not fail the next one as well; it is said once.
    await world.tidy().catch(() => {});
  }
  return { subject, rule, name, error, ms: performance.now() - started };
}

/** The same cases in another order, decided by numbers from 0 to 1 (Fisher and Yates); those that come last stay last. */
export function shuffled(cases: readonly Planned[], random: () => number): Planned[] {
  const mixed = cases.filter(one => one.last !== true);
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return [...mixed, ...cases.filter(one => one.last === true)];
}
