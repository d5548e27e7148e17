/** The results for people (a table), for programs (one line of JSON) and for the records (Markdown). */
import type { Machine } from './harness/machine.ts';
import { goalsOf, ratiosOf, ratiosToEach } from './goals.ts';
import type { Goal } from './goals.ts';
import type { Row } from './row.ts';

const headings = ['work', 'side', 'rate/s', 'min-max', 'mean ms', 'p50 ms', 'p99 ms', 'server', 'client', 'other', 'speed', 'status'];

export function machineLine(machine: Machine): string {
  const { cpu, cores, memory_gb, system, kernel, file_system, node, postgres, etcd, wrk, h2load, date } = machine;
  return [
    date, `${cpu}, ${cores} cores, ${memory_gb} GB`, system, `kernel ${kernel}`, file_system, `Node ${node}`,
    `PostgreSQL ${postgres ?? '-'}`, `etcd ${etcd ?? '-'}`, `wrk ${wrk ?? '-'}`, `h2load ${h2load ?? '-'}`,
  ].join(' · ');
}

/** Columns of text with the numbers to the right, then what was met. */
export function table(rows: readonly Row[]): string {
  const cells = [headings, ...rows.map(cellsOf)];
  const widths = headings.map((_, column) => Math.max(...cells.map((line) => (line[column] ?? '').length)));
  const lines = cells.map((line) => line.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd());
  return [...lines, '', ...rows.flatMap(remarksOf), '', ...goalsOf(rows).map(goalLine), ...eachLines(rows)].join('\n');
}

export function jsonLine(machine: Machine, rows: readonly Row[]): string {
  return JSON.stringify({ machine, rows, ratios: ratiosOf(rows), ratios_to_each: ratiosToEach(rows), goals: goalsOf(rows) });
}

export function markdown(name: string, machine: Machine, rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const goals = goalsOf(rows);
  return [
    `# ${name}`,
    '',
    machineLine(machine),
    '',
    `Made by \`npm run bench -- ${name} --save\`; how to read it: [README](../README.md). Medians of ${Math.max(0, ...rows.map((row) => row.samples))} interleaved rounds; server, client and other are CPU cores; speed 1 is the fastest the machine was in this run.`,
    '',
    line(headings),
    line(headings.map((_, column) => (column < 2 ? '---' : '--:'))),
    ...rows.map((row) => line(cellsOf(row))),
    '',
    ...rows.flatMap(remarksOf).map((remark) => `- ${remark}`),
    '',
    line(['goal', 'meaning', 'value', 'bound', '']),
    line(['---', '---', '--:', '--:', '---']),
    ...goals.map((goal) => line([goal.name, goal.meaning, figure(goal.value), bound(goal), verdict(goal)])),
    '',
    ...eachLines(rows).map((text) => `- ${text}`),
    '',
  ].join('\n');
}

function cellsOf(row: Row): string[] {
  const range = row.rate_min === null || row.rate_max === null ? '-' : `${thousands(row.rate_min)}-${thousands(row.rate_max)}`;
  return [
    row.work, row.side, row.rate === null ? '-' : thousands(row.rate), range, figure(row.mean_ms), figure(row.p50_ms), figure(row.p99_ms),
    figure(row.server_cores), figure(row.generator_cores), figure(row.other_cores), figure(row.machine_speed), row.status,
  ];
}

function remarksOf(row: Row): string[] {
  const extra = Object.entries(row.extra).map(([name, value]) => `${name} ${figure(value)}`);
  const parts = [row.why === null ? null : `${row.status}: ${row.why}`, row.note, ...extra].filter((part) => part !== null);
  return parts.length === 0 ? [] : [`${row.work} ${row.side}: ${parts.join('; ')}`];
}

function goalLine(goal: Goal): string {
  return `${verdict(goal).padEnd(6)} ${goal.name} = ${figure(goal.value)} (${bound(goal)}): ${goal.meaning}`;
}

function eachLines(rows: readonly Row[]): string[] {
  return Object.entries(ratiosToEach(rows)).map(([name, value]) => `${name} = ${figure(value)}`);
}

function verdict(goal: Goal): string {
  return goal.met ? 'met' : 'MISSED';
}

function bound(goal: Goal): string {
  return goal.least === undefined ? `at most ${goal.most ?? '-'}` : `at least ${goal.least}`;
}

function figure(value: number | null): string {
  if (value === null) return '-';
  return value >= 100 ? thousands(value) : value.toFixed(2);
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
