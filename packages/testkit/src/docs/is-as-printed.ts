/**
 * Whether what was printed is what a page says. `…` in a line stands for any text of that line, a line of `…` alone for any
 * lines, or none. White space at the ends of lines, and empty lines at the end, are no difference; everything else is.
 */
export function isAsPrinted(expected: string, printed: string): boolean {
  return patternOf(linesOf(expected)).test(linesOf(printed).map(line => `${line}\n`).join(''));
}

function patternOf(lines: readonly string[]): RegExp {
  return new RegExp(`^${lines.map(line => (line === '…' ? '(?:.*\\n)*?' : `${line.split('…').map(escaped).join('.*?')}\\n`)).join('')}$`);
}

const linesOf = (text: string): string[] => {
  const trimmed = text.split('\n').map(line => line.trimEnd());
  return trimmed.slice(0, trimmed.findLastIndex(line => line !== '') + 1);
};

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
