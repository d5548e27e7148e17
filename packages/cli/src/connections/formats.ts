import { parseEnv } from 'node:util';
import { usage } from '../failure.ts';
import { isRecord } from '../unknown.ts';

export type FileFormat = 'yaml' | 'json' | 'env' | 'toml';

/** By the file's name, or null. */
export function formatOf(fileName: string): FileFormat | null {
  const name = fileName.toLowerCase().replace(/^.*[/\\]/, '');
  if (/\.ya?ml$/.test(name)) return 'yaml';
  if (name.endsWith('.json')) return 'json';
  if (/\.(toml|conf)$/.test(name)) return 'toml';
  return /^\.?env$|\.env$|^\.env\.|\.env\./.test(name) ? 'env' : null;
}

/**
 * The file as plain values; one for each document of a YAML file. What is wrong with it is told by line only: the
 * messages of the parsers quote the text, and the text holds passwords.
 */
export async function parseFile(text: string, format: FileFormat): Promise<readonly unknown[]> {
  const content = text.replace(/^\u{feff}/u, '');
  if (format === 'env') return [parseEnv(content)];
  if (format === 'json') return [parseJson(content)];
  if (format === 'yaml') return parseYaml(content);
  return [await parseToml(content)];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    throw unreadable('JSON', position === undefined ? null : text.slice(0, Number(position)).split('\n').length);
  }
}

async function parseYaml(text: string): Promise<readonly unknown[]> {
  const { LineCounter, parseAllDocuments } = await import('yaml');
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent', merge: true, uniqueKeys: false, lineCounter: lines });
  return documents.map(document => {
    const [error] = document.errors;
    if (error !== undefined) throw unreadable('YAML', lines.linePos(error.pos[0]).line);
    try {
      return document.toJS({ maxAliasCount: 1000 }) as unknown;
    } catch {
      throw usage('The YAML file refers to itself too often to be read');
    }
  });
}

async function parseToml(text: string): Promise<unknown> {
  const { parse } = await import('smol-toml');
  try {
    return parse(text);
  } catch (error) {
    const line = isRecord(error) && typeof error['line'] === 'number' ? error['line'] : null;
    throw unreadable('TOML', line);
  }
}

// No cause: it would quote the file.
const unreadable = (what: string, line: number | null): Error =>
  usage(`The file is not valid ${what}${line === null ? '' : `: look at line ${line}`}`, 'Say what it is with --format.');
