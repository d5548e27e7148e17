import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Wanted } from '../miko/request-log.ts';
import type { observations } from '../scenario.ts';
import type { DriverEvent } from './driver-process.ts';
import type { Mark, Stage } from './stage.ts';

type Args = Readonly<Record<string, unknown>>;

type Observation = (typeof observations)[number];

/** What a scenario looks at beside the SDK's own answers. */
export const observe = (stage: Stage, verb: Observation, args: Args): unknown => looks[verb](stage, args);

const looks: Readonly<Record<Observation, (stage: Stage, args: Args) => unknown>> = {
  requests: (stage, args) => stage.miko.log.seen(wanted(args, since(stage, args)?.requests ?? 0)),
  streams: (stage, args) => {
    const all = stage.miko.watchers.seen.slice(since(stage, args)?.streams ?? 0);
    return { open: all.filter(({ open }) => open).length, gaps_ms: all.slice(1).map((one, i) => one.at_ms - all[i]!.at_ms), ...listed(all) };
  },
  sessions: ({ miko: { sessions: { all } } }) => ({ open: all.filter(({ state }) => state === 'open').length, ...listed(all) }),
  registrations: stage => Object.fromEntries(stage.miko.sessions.registrations),
  hits: (stage, args) => {
    const of = (name: string): object => stage.upstream(name).seen(wanted(args, since(stage, args)?.hits.get(name) ?? 0));
    return args['upstream'] === undefined ? Object.fromEntries([...stage.upstreams.keys()].map(name => [name, of(name)])) : of(args['upstream'] as string);
  },
  events: (stage, args) => {
    const fits = (event: DriverEvent): boolean => (['event', 'service', 'instance'] as const).every(field => args[field] === undefined || event[field] === args[field]);
    return listed(stage.events.slice(since(stage, args)?.events ?? 0).filter(fits));
  },
  // All that the driver's process has said, in earlier scenarios too.
  stderr: ({ driver }) => ({ text: driver.stderr }),
  disk: diskOf,
};

const since = (stage: Stage, args: Args): Mark | null => (args['since'] === undefined ? null : stage.marked(args['since'] as string));
const listed = <T>(all: readonly T[]): object => ({ count: all.length, first: all[0] ?? null, last: all.at(-1) ?? null, all });
const wanted = (args: Args, from: number): Wanted => ({ method: (args['method'] as string | undefined) ?? null, path: (args['path'] as string | undefined) ?? null, from });

/** Where an SDK keeps its lists: docs/protocol.md, 1.9. */
export function diskFile(stage: Stage): string {
  return join(stage.cacheDir, `${createHash('sha256').update(`${stage.miko.url}\ndefault`).digest('hex').slice(0, 24)}.json`);
}

function diskOf(stage: Stage): unknown {
  const files = readdirSync(stage.cacheDir).sort();
  try {
    const file = diskFile(stage);
    const text = readFileSync(file, 'utf8');
    return { files, is_there: true, mode: modeOf(file), folder_mode: modeOf(stage.cacheDir), content: parsed(text), length: text.length };
  } catch {
    return { files, is_there: false };
  }
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
