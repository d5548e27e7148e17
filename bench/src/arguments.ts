/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';

export const works = ['reads', 'registrations', 'fanout', 'capacity', 'objects', 'sdks', 'failover'] as const;
export type Work = (typeof works)[number];

export type Arguments = {
  readonly works: readonly Work[];
  readonly runs: number;
  readonly compare: boolean;
  readonly syncs: boolean;
  readonly json: boolean;
  readonly save: boolean;
};

export const usage = `npm run bench -- NAME|all [options]

  NAME             ${works.join(' | ')}
  --runs N         rounds, medians over them (default 3, at most 20)
  --no-compare     Miko alone, without the other sides (default: both sides in one run)
  --no-syncs       do not count syncs to disk after the registrations
  --json           end with one line of JSON
  --save           also write bench/results/NAME.md and NAME.json`;

const mostRuns = 20;

export class UsageError extends Error {}

/** Throws a UsageError that names what is wrong. */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parsed(argv);
  const [name, ...more] = positionals;
  if (name === undefined) throw new UsageError('which benchmark?');
  if (more.length > 0) throw new UsageError(`one name at a time, not also ${more.join(' ')}`);
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1 || runs > mostRuns) throw new UsageError(`--runs ${values.runs}: a whole number from 1 to ${mostRuns}`);
  return { works: name === 'all' ? works : [workOf(name)], runs, compare: values.compare, syncs: values.syncs, json: values.json, save: values.save };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      allowNegative: true,
      options: {
        runs: { type: 'string', default: '3' },
        compare: { type: 'boolean', default: true },
        syncs: { type: 'boolean', default: true },
        json: { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function workOf(name: string): Work {
  const work = works.find((known) => known === name);
  if (work === undefined) throw new UsageError(`no benchmark named ${name}; there are ${works.join(', ')}, all`);
  return work;
}
