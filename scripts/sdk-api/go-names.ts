import { pascal } from './names.ts';

/** Words that Go writes in capitals throughout. */
const INITIALS: Readonly<Record<string, string>> = {
  Api: 'API', Etag: 'ETag', Grpc: 'GRPC', Http: 'HTTP', Https: 'HTTPS', Id: 'ID', Json: 'JSON', Openapi: 'OpenAPI', Tcp: 'TCP', Ttl: 'TTL', Udp: 'UDP', Uri: 'URI', Url: 'URL',
};

/** A name of the document, in snake_case or PascalCase, as an exported one of Go. */
export function goName(name: string): string {
  return pascal(name).replaceAll(/[A-Z][a-z0-9]*/g, word => INITIALS[word] ?? word);
}

/** A comment; it is wrapped at 80 characters, and empty for no text. */
export function goComment(text: string | null, indent = ''): string[] {
  if (text === null) return [];
  return wrapped(text, 80 - indent.length - 3).map(line => `${indent}// ${line}`);
}

/** Text as lines of at most that width; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(word => word !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Rows of cells as gofmt aligns them: each cell but the last of its row as wide as the widest of its column. */
export function aligned(rows: readonly (readonly string[])[], indent: string): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows.map(row => indent + row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]))).join(' '));
}
