import type { Result } from './runner/run-scenario.ts';
import type { SdkName } from './runner/sdks.ts';

export interface SdkResult {
  readonly name: SdkName;
  /** Why it did not run at all; null: it did. */
  readonly missing: string | null;
  readonly skipped: number;
  readonly results: readonly Result[];
}

/** The group of scenarios played again by a further way of calling: they count once, by the first. */
export const FURTHER_WAYS = 'ways';

/** The last line of `--json`: scenarios and vectors, each once. */
export function summaryOf(results: readonly SdkResult[]): object {
  return Object.fromEntries(results.map(({ name, skipped, results }) => {
    const counted = results.filter(isCounted);
    const failed = counted.filter(({ error }) => error !== null).length;
    return [name, { passed: counted.length - failed, failed, skipped }];
  }));
}

const isCounted = ({ group }: Result): boolean => group !== FURTHER_WAYS;

/** Behaviours by SDK, for the terminal. */
export function tableOf(results: readonly SdkResult[]): string {
  const rows = rowsOf(results);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()).join('\n');
}

const BEGIN = '<!-- parity: made by `npm run conformance -- --table` -->';
const END = '<!-- /parity -->';

/** The page with the table between its marks. */
export function putTable(page: string, results: readonly SdkResult[]): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has no place for the table: ${BEGIN} … ${END}`);
  const [head, ...rows] = rowsOf(results);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return `${before}${BEGIN}\n${[line(head!), line(head!.map(() => '---')), ...rows.map(line)].join('\n')}\n${END}${after}`;
}

function rowsOf(results: readonly SdkResult[]): string[][] {
  const groups = [...new Set(results.flatMap(({ results }) => results.map(({ group }) => group)))];
  const counted = groups.filter(group => group !== FURTHER_WAYS);
  const cell = ({ missing, results }: SdkResult, group: string | null): string => {
    if (missing !== null) return 'skipped';
    const own = results.filter(one => (group === null ? isCounted(one) : one.group === group));
    const failed = own.filter(({ error }) => error !== null).length;
    if (own.length === 0) return 'none';
    return failed === 0 ? `${own.length} of ${own.length}` : `${own.length - failed} of ${own.length} (${failed} failed)`;
  };
  const rowOf = (group: string): string[] => [rowNames[group] ?? group, ...results.map(result => cell(result, group))];
  const titles: Readonly<Record<SdkName, string>> = { typescript: 'TypeScript', python: 'Python', go: 'Go' };
  return [
    ['Behaviour', ...results.map(({ name }) => titles[name])],
    ...counted.map(group => rowOf(group)),
    ['All', ...results.map(result => cell(result, null))],
    ...(groups.length > counted.length ? [rowOf(FURTHER_WAYS)] : []),
  ];
}

const rowNames: Readonly<Record<string, string>> = {
  vectors: 'The same maths', resolve: 'Resolve and watch', disk: 'Disk', register: 'Register', balance: 'Balance', survive: 'Survive', pool: 'Pool', observe: 'Observe', fixed: 'Fixed connections', api: 'API and errors', [FURTHER_WAYS]: 'Again by other ways of calling', driver: 'The driver starts',
};
