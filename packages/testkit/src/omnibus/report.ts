import type { Planned } from './chapters.ts';
import type { Caught } from './mutations/check.ts';
import { ruleIds, rules, type Rule } from './rules.ts';
import type { Outcome } from './run.ts';

export interface WayResult {
  readonly way: string;
  readonly outcomes: readonly Outcome[];
  readonly restarts: number;
  readonly ms: number;
}

/** What did not hold, with why; empty where all did. */
export function failuresOf({ way, outcomes }: WayResult): string {
  const failed = outcomes.filter(({ error }) => error !== null);
  return failed.map(({ subject, rule, name, error }) => `FAILED ${way} ${subject} [${rule}] ${name}\n    ${error!.message.slice(0, 1_500).replaceAll('\n', '\n    ')}`).join('\n');
}

/** Cases by kind, a column for each way. */
export function waysTable(results: readonly WayResult[]): string {
  const subjects = [...new Set(results.flatMap(({ outcomes }) => outcomes.map(({ subject }) => subject)))];
  const cell = ({ outcomes }: WayResult, subject: string): string => {
    const own = outcomes.filter(one => one.subject === subject);
    const failed = own.filter(({ error }) => error !== null).length;
    return failed === 0 ? String(own.length) : `${own.length} (${failed} failed)`;
  };
  const rows = [
    ['kind', ...results.map(({ way }) => way)],
    ...subjects.map(subject => [subject, ...results.map(result => cell(result, subject))]),
    ['all', ...results.map(({ outcomes, ms, restarts }) => `${outcomes.length} in ${Math.round(ms / 1_000)} s${restarts === 0 ? '' : `, ${restarts} restarts`}`)],
  ];
  return aligned(rows);
}

/** What was switched off, and which rule noticed. */
export const mutationTable = (caught: readonly Caught[]): string => aligned(caught.map(({ mutation, by, problem, cases, ms }) => [
  problem !== null ? 'FAILED' : by === null ? 'SURVIVED' : 'caught', mutation, problem !== null ? problem : by === null ? `${cases} cases` : `by [${by.rule}] ${by.subject}: ${by.name}`, `${Math.round(ms / 1_000)} s`,
]));

/** docs/api/rules.md: each rule with where it comes from and how many cases prove it. */
export function rulesPage(cases: readonly Planned[]): string {
  const rows = ruleIds.map(id => {
    const { sentence, page, standard }: Rule = rules[id];
    return `| \`${id}\` | ${sentence}${standard === undefined ? '' : ` (${standard})`} | [${page.replace('../', '')}](${page}.md) | ${cases.filter(({ rule }) => rule === id).length} |`;
  });
  return `# The rules, and how many cases prove each

Made by \`npm run omnibus -- --rules\` from the kinds and the declared endpoints; a test holds it to them.

| Rule | | Page | Cases |
|---|---|---|---|
${rows.join('\n')}
`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()).join('\n');
}
