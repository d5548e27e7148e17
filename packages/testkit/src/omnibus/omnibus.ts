import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kinds } from '@miko/model';
import { declaredOperations } from '@miko/server';
import { plan, type Planned } from './chapters.ts';
import { checkMutation, type Caught } from './mutations/check.ts';
import { mutations } from './mutations/list.ts';
import { randomOf } from './random.ts';
import { failuresOf, mutationTable, rulesPage, waysTable, type WayResult } from './report.ts';
import { run, shuffled } from './run.ts';
import { fillable, inProcess, overTcp, restless, type Running } from './start.ts';

export interface Asked {
  /** One kind, or `endpoints`; null: all. */
  readonly kind: string | null;
  readonly seed: number;
  readonly json: boolean;
  /** Some of `process`, `tcp`, `restart`, `mutations`; none: all of them. */
  readonly ways: readonly string[];
  /** Mutations by name; none: all of them. */
  readonly mutations: readonly string[];
  /** Only writes docs/api/rules.md. */
  readonly writeRules: boolean;
}

/** About how many restarts a run in which the server is restarted gets. */
const RESTARTS = 15;
const CALLS_OF_A_CASE = 3;

/** Resolves to whether everything held, each mutation being caught among it. */
export async function omnibus(asked: Asked): Promise<boolean> {
  const all = plan(kinds, declaredOperations());
  if (asked.writeRules) {
    writeFileSync(join(import.meta.dirname, '../../../../docs/api/rules.md'), rulesPage(all));
    return true;
  }
  const isAsked = ({ subject }: Planned): boolean => asked.kind === null || subject === asked.kind;
  const cases = all.filter(isAsked);
  if (cases.length === 0) throw new Error(`nothing is called ${asked.kind ?? ''}: there are ${[...new Set(all.map(one => one.subject))].join(', ')}`);
  const say = (text: string): void => void (asked.json ? null : process.stdout.write(`${text}\n`));
  const wants = (way: string): boolean => asked.ways.length === 0 || asked.ways.includes(way);
  say(`omnibus: ${cases.length} cases, seed ${asked.seed}`);

  const results: WayResult[] = [];
  const random = randomOf(asked.seed);
  const ways: (readonly [string, () => Promise<Running>, () => readonly Planned[]])[] = [
    ['process', () => inProcess(fillable), () => plan(fillable, declaredOperations(fillable)).filter(isAsked)],
    ['tcp', overTcp, () => cases],
    ['restart', () => restless(random, Math.min(0.5, RESTARTS / (cases.length * CALLS_OF_A_CASE))), () => shuffled(cases, random).filter(one => one.last !== true)],
  ];
  for (const [way, start, ordered] of ways.filter(([way]) => wants(way))) {
    const result = await inWay(way, start, ordered());
    results.push(result);
    say(failuresOf(result));
  }
  if (results.length > 0) say(waysTable(results));

  const caught: Caught[] = [];
  for (const mutation of wants('mutations') ? mutations.filter(({ name }) => asked.mutations.length === 0 || asked.mutations.includes(name)) : []) {
    caught.push(await checkMutation(mutation, all));
    say(mutationTable(caught.slice(-1)));
  }
  if (asked.json) process.stdout.write(`${JSON.stringify({ seed: asked.seed, cases: cases.length, ways: results.map(jsonOf), mutations: caught }, null, 2)}\n`);
  else if (caught.length > 0) say(`mutations: ${caught.filter(({ by }) => by !== null).length} of ${caught.length} caught`);
  return results.every(({ outcomes }) => outcomes.every(({ error }) => error === null)) && caught.every(({ by }) => by !== null);
}

async function inWay(way: string, start: () => Promise<Running>, cases: readonly Planned[]): Promise<WayResult> {
  const started = performance.now();
  const running = await start();
  try {
    const outcomes = await run(running.world, cases);
    return { way, outcomes, restarts: running.restarts, ms: performance.now() - started };
  } finally {
    await running.stop();
  }
}

const jsonOf = ({ way, outcomes, restarts, ms }: WayResult) => ({
  way, restarts, seconds: Math.round(ms / 100) / 10, cases: outcomes.length,
  failed: outcomes.filter(({ error }) => error !== null).map(({ subject, rule, name, error }) => ({ subject, rule, name, error: error!.message })),
});
