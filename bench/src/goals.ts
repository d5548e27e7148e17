/** The ratios between the sides, and what Miko must reach. A figure that could not be taken is null, and its goal missed. */
import type { Row } from './row.ts';
import { sdkGoalsOf } from './sdk-goals.ts';

export type Goal = {
  readonly name: string;
  readonly meaning: string;
  readonly value: number | null;
  readonly least?: number;
  readonly most?: number;
  readonly met: boolean;
};

type Column = 'rate' | 'mean_ms' | 'p99_ms';
type Rule = { readonly work: string; readonly column: Column; readonly meaning: string; readonly least?: number; readonly most?: number };

/** Named `<work>/<side>`. Where the other side was measured in several ways, Miko is held against the best of them. */
const rules: Readonly<Record<string, Rule>> = {
  'reads/raw': { work: 'reads', column: 'rate', least: 0.9, meaning: 'lists a second, of a raw node:http server' },
  'reads_304/raw': { work: 'reads_304', column: 'rate', meaning: 'unchanged lists a second, of a raw node:http server' },
  'reads/etcd': { work: 'reads', column: 'rate', least: 5, meaning: 'lists a second, of etcd linearizable ranges' },
  'registrations/etcd': { work: 'registrations', column: 'rate', least: 1.1, meaning: 'registrations a second, of etcd puts; 64 connections' },
  'registrations_c1/etcd': { work: 'registrations_c1', column: 'mean_ms', most: 2, meaning: 'mean time of a registration, of an etcd put; one connection' },
  'fanout_1000_p99/etcd': { work: 'fanout_1000', column: 'p99_ms', most: 1, meaning: 'p99 from change to last of 1,000 watchers, of etcd' },
};

export function ratiosOf(rows: readonly Row[]): Record<string, number | null> {
  return Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, ratio(rows, rule, name.split('/')[1] ?? '')]));
}

/** The same against each way in which the other side was measured, where there are several: `fanout_1000_p99/etcd grpc-js`. */
export function ratiosToEach(rows: readonly Row[]): Record<string, number | null> {
  const each: Record<string, number | null> = {};
  for (const [name, rule] of Object.entries(rules)) {
    const [start, against = ''] = name.split('/');
    const others = otherSides(rows, rule, against);
    if (others.length < 2) continue;
    for (const other of others) {
      each[`${start}/${other.side}`] = counts(other) ? divided(mikoRow(rows, rule.work)?.[rule.column], other[rule.column]) : null;
    }
  }
  return each;
}

/** Only the goals of works that were run. */
export function goalsOf(rows: readonly Row[]): Goal[] {
  const ran = new Set(rows.map((row) => row.work));
  const ratios = ratiosOf(rows);
  const compared = Object.entries(rules)
    .filter(([name, rule]) => ran.has(rule.work) && (rule.least ?? rule.most) !== undefined && hasOtherSide(rows, rule, name.split('/')[1] ?? ''))
    .map(([name, { meaning, least, most }]) => goal(name, meaning, ratios[name] ?? null, least, most));
  const own: Goal[] = [];
  if (ran.has('reads_304')) {
    const value = divided(mikoRow(rows, 'reads_304')?.rate, mikoRow(rows, 'reads')?.rate);
    own.push(goal('reads_304/reads', 'unchanged lists a second, of full ones', value, 1, undefined));
  }
  if (ran.has('objects_list')) {
    const of = (side: string): number | null | undefined => rows.find((row) => row.work === 'objects_list' && row.side === side && counts(row))?.mean_ms;
    own.push(goal('objects_list 100,000/1,000', 'time of a page of 100 of 100,000 objects, of one of 1,000', divided(of('miko'), of('few')), undefined, 2));
  }
  if (ran.has('objects_put')) own.push(goal('objects_put', 'PUTs of small objects a second, 32 connections', mikoRow(rows, 'objects_put')?.rate ?? null, 2_000, undefined));
  if (ran.has('capacity')) {
    const extra = mikoRow(rows, 'capacity')?.extra ?? {};
    const memory = [extra['rss_mb'], extra['rss_after_registering_mb']].filter((value) => value !== undefined);
    own.push(goal('capacity rss_mb', 'memory of the server with 20,000 endpoints in 500 services', memory.length === 0 ? null : Math.max(...memory), undefined, 400));
    own.push(goal('capacity ready_ms', 'from start to /readyz 200 after a clean restart', extra['ready_ms'] ?? null, undefined, 5_000));
  }
  return [...compared, ...own, ...sdkGoalsOf(rows)];
}

function ratio(rows: readonly Row[], rule: Rule, against: string): number | null {
  const others = otherSides(rows, rule, against).filter(counts).map((row) => row[rule.column]).filter((value) => value !== null);
  const best = others.length === 0 ? null : rule.column === 'rate' ? Math.max(...others) : Math.min(...others);
  return divided(mikoRow(rows, rule.work)?.[rule.column], best);
}

function otherSides(rows: readonly Row[], rule: Rule, against: string): Row[] {
  return rows.filter((row) => row.work === rule.work && row.side.split(' ')[0] === against);
}

function hasOtherSide(rows: readonly Row[], rule: Rule, against: string): boolean {
  return otherSides(rows, rule, against).length > 0;
}

function mikoRow(rows: readonly Row[], work: string): Row | undefined {
  return rows.find((row) => row.work === work && row.side === 'miko' && counts(row));
}

function counts(row: Row): boolean {
  return row.status === 'ok';
}

function divided(value: number | null | undefined, by: number | null | undefined): number | null {
  return value === undefined || value === null || by === undefined || by === null || by === 0 ? null : Number((value / by).toFixed(3));
}

function goal(name: string, meaning: string, value: number | null, least: number | undefined, most: number | undefined): Goal {
  const met = value !== null && value >= (least ?? -Infinity) && value <= (most ?? Infinity);
  return { name, meaning, value, met, ...(least === undefined ? {} : { least }), ...(most === undefined ? {} : { most }) };
}
