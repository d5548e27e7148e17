import { bodyText, contentOf, isOpen, textOf } from './document-parts.ts';
import type { Json } from './plain-schema.ts';

/** A line for a shell that has MIKO_URL and MIKO_TOKEN: the operation with its examples. */
export function curlLine(path: string, method: string, operation: Json, parameters: readonly Json[]): string {
  const address = parameters.filter(({ in: where }) => where === 'path').reduce((at, { name, example }) => at.replace(`{${textOf(name)}}`, encodeURIComponent(textOf(example))), path);
  const [type, content] = Object.entries(contentOf((operation['requestBody'] ?? {}) as Json))[0] ?? [];
  // What only matches a version that was read needs one; `*` overwrites whatever is there.
  const needsMatch = parameters.some(({ name }) => name === 'If-Match');
  return [
    `curl${path.endsWith(':watch') ? ' -N' : ''} -X ${method.toUpperCase()} "$MIKO_URL${address}"`,
    ...(isOpen(operation) ? [] : ['-H "Authorization: Bearer $MIKO_TOKEN"']),
    ...(needsMatch ? ["-H 'If-Match: *'"] : []),
    ...(type === undefined ? [] : [`-H 'Content-Type: ${type}'`, `--data-binary ${quoted(bodyText(type, content!['example']))}`]),
  ].join(' \\\n  ');
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
