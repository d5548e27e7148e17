import { styleText } from 'node:util';
import type { Failure } from './failure.ts';
import { exitCodes } from './exit-codes.ts';

/** stdout carries data and nothing else; notices, questions and errors go to stderr. */
export type Format = 'table' | 'json' | 'jsonl' | 'yaml';
export const formats: readonly Format[] = ['table', 'json', 'jsonl', 'yaml'];

/** One result in its three readings: for people, as one document, as one line for each row. */
export interface Result {
  readonly text: () => string;
  readonly document: unknown;
  readonly lines: readonly unknown[];
}

export interface Output {
  readonly format: Format;
  result(result: Result): void;
  /** A row of a stream: text for people, one JSON line (or YAML document) for programs. */
  row(text: () => string, line: unknown): void;
  /** For people, on stderr; programs that asked for JSON are not told. */
  note(text: string): void;
  /** Matters to everybody, on stderr, whatever the format. */
  warn(text: string): void;
}

type Style = Parameters<typeof styleText>[0];

/** Coloured only where stdout is a terminal that wants it (NO_COLOR, FORCE_COLOR, TERM). */
export const styled = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });

/** Text of others, fit for a terminal: control characters, line breaks and direction marks cannot move its cursor or hide words. */
export const plain = (text: string): string =>
  text.replace(/[\p{Control}\p{Line_Separator}\p{Paragraph_Separator}\p{Bidi_Control}]/gu, '\u{fffd}');

/** `toYaml` is handed in, because the library behind it is loaded for `-o yaml` alone. */
export function createOutput(format: Format, toYaml: (value: unknown) => string): Output {
  const line = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
  return {
    format,
    result({ text, document, lines }) {
      if (format === 'json') process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
      else if (format === 'yaml') process.stdout.write(toYaml(document));
      else if (format === 'jsonl') for (const entry of lines) line(entry);
      else process.stdout.write(withNewline(text()));
    },
    row(text, value) {
      if (format === 'table') process.stdout.write(withNewline(text()));
      else if (format === 'yaml') process.stdout.write(`---\n${toYaml(value)}`);
      else line(value);
    },
    note(text) {
      if (format === 'table') process.stderr.write(withNewline(text));
    },
    warn: text => void process.stderr.write(withNewline(text)),
  };
}

export function printFailure(failure: Failure, format: Format): void {
  process.stderr.write(format === 'table' ? failureText(failure) : `${JSON.stringify(failureDocument(failure))}\n`);
}

/** The problem as Miko answered it, or one of the same form for what never reached Miko. */
export const failureDocument = (failure: Failure): { readonly [name: string]: unknown } => ({
  type: `urn:miko:error:${failure.code}`,
  title: failure.title,
  status: failure.status,
  code: failure.code,
  detail: failure.message,
  request_id: failure.requestId,
  errors: failure.flaws,
  exit_code: exitCodes[failure.exit].code,
  hints: failure.hints,
});

function failureText(failure: Failure): string {
  const red = styleText(['red', 'bold'], 'error:', { stream: process.stderr });
  const lines = [`${red} ${plain(failure.message)} (${plain(failure.code)})`];
  const unsaid = failure.flaws.filter(flaw => !failure.message.includes(flaw.detail));
  for (const flaw of unsaid) lines.push(`  ${plain(flaw.pointer)}: ${plain(flaw.detail)}`);
  for (const hint of failure.hints) lines.push(`  ${plain(hint)}`);
  if (failure.requestId !== null) lines.push(`  request id: ${plain(failure.requestId)}`);
  return `${lines.join('\n')}\n`;
}

const withNewline = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
