import { pathToFileURL } from 'node:url';
import type { Planned } from '../chapters.ts';
import { run, type Outcome } from '../run.ts';
import { overTcp } from '../start.ts';
import type { Mutation } from './mutation.ts';

export interface Caught {
  readonly mutation: string;
  /** The first case that noticed; null: none did, the mutation survived. */
  readonly by: Pick<Outcome, 'rule' | 'subject' | 'name'> | null;
  /** Why it could not be tried at all. */
  readonly problem: string | null;
  readonly cases: number;
  readonly ms: number;
}

const hook = pathToFileURL(new URL('hook.ts', import.meta.url).pathname).href;

/**
 * Runs the cases against a Miko in which one piece of source is replaced as it is loaded, until one fails. Those of the
 * rules it breaks come first, so the report shows the rule itself catching it.
 */
export async function checkMutation(mutation: Mutation, cases: readonly Planned[]): Promise<Caught> {
  const started = performance.now();
  try {
    return { mutation: mutation.name, problem: null, ...(await caughtBy(mutation, cases)), ms: performance.now() - started };
  } catch (error) {
    return { mutation: mutation.name, problem: (error as Error).message.trim(), by: null, cases: 0, ms: performance.now() - started };
  }
}

/** Rejects where the piece is not found, or the Miko does not start without it. */
async function caughtBy(mutation: Mutation, cases: readonly Planned[]): Promise<Pick<Caught, 'by' | 'cases'>> {
  const running = await overTcp({ NODE_OPTIONS: `--import ${hook}`, MIKO_OMNIBUS_MUTATION: JSON.stringify(mutation) });
  try {
    if (!running.log.includes(`omnibus: ${mutation.name} is in place`)) throw new Error(`${mutation.file} was not loaded`);
    const outcomes = await run(running.world, ordered(cases, mutation), 1);
    const last = outcomes.at(-1);
    const by = last === undefined || last.error === null ? null : { rule: last.rule, subject: last.subject, name: last.name };
    return { by, cases: outcomes.length };
  } finally {
    await running.stop();
  }
}

function ordered(cases: readonly Planned[], { rules }: Mutation): Planned[] {
  const isFirst = ({ rule }: Planned): boolean => rules.includes(rule);
  return [...cases.filter(isFirst), ...cases.filter(one => !isFirst(one))];
}
