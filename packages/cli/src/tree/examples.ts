/** The part of a help text that people read first. */
export const examples = (...lines: readonly string[]): string => `Examples:\n${lines.map(line => `  ${line}`).join('\n')}\n`;
