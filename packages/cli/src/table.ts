import { plain, styled } from './output.ts';

/** A cell: text of others is made fit for a terminal; `style` colours it and never replaces a word. */
export interface Cell {
  readonly text: string;
  readonly style?: Parameters<typeof styled>[0];
}

export type Row = readonly (string | number | null | Cell)[];

/** Columns without borders, two spaces apart, never cut off: grep and awk read them too. Empty cells become `-`. */
export function renderTable(head: readonly string[], rows: readonly Row[]): string {
  const lines = [head.map(title => ({ text: title, style: 'bold' as const })), ...rows.map(row => row.map(safeCell))];
  const widths = head.map((_, column) => lines.reduce((most, line) => Math.max(most, displayWidth(line[column]?.text ?? '')), 0));
  return lines.map(line => `${lineText(line, widths)}\n`).join('');
}

/** The cell as printed outside a table. */
export const cellText = (cell: Cell): string => {
  const { text, style } = safeCell(cell);
  return style === undefined ? text : styled(style, text);
};

function safeCell(cell: Row[number]): Cell {
  const { text, style } = typeof cell === 'object' && cell !== null ? cell : { text: cell === null ? '' : String(cell), style: undefined };
  const safe = text === '' ? '-' : plain(text);
  return style === undefined ? { text: safe } : { text: safe, style };
}

/** Padding comes after the colour, and none after the last cell. */
function lineText(line: readonly Cell[], widths: readonly number[]): string {
  return line
    .map(({ text, style }, column) => {
      const padding = column === line.length - 1 ? 0 : (widths[column] ?? 0) - displayWidth(text);
      return `${style === undefined ? text : styled(style, text)}${' '.repeat(padding)}`;
    })
    .join('  ');
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WIDE = /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u{3000}-\u{303e}\u{ff01}-\u{ff60}]/u;

/** Columns on a terminal: two for what East Asian fonts and emoji draw wide (UAX 11), one for any other character. */
function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}
