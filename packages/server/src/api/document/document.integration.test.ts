import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiDates } from '@miko/model';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../config.ts';
import { startMiko, type Miko } from '../../miko.ts';
import { bodyText, contentOf, operationsIn, resolving, textOf, type Listed } from './document-parts.ts';
import type { Json } from './plain-schema.ts';

/** Whoever goes by the document alone gets on: each operation with its examples succeeds, and answers what it says it does. */
const dataDir = mkdtempSync(join(tmpdir(), 'miko-document-'));
let miko: Miko;
let token: string;

beforeAll(async () => {
  miko = await startMiko(readConfig({ MIKO_LISTEN: '127.0.0.1:0', MIKO_DATA_DIR: dataDir }), pino({ level: 'silent' }));
  token = readFileSync(join(dataDir, 'admin-token'), 'utf8').trim();
});
afterAll(async () => {
  await miko.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe.each(apiDates)('by the document of %s', date => {
  it('every operation works, and answers as declared', async () => {
    const document = (await (await fetch(`${miko.url}/openapi.json`, { headers: { authorization: `Bearer ${token}`, 'miko-version': date } })).json()) as Json;
    const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(closed(document) as Json, 'document');
    const resolve = resolving(document);
    /** What was made, by the parameter that paths call it by. */
    const made: Record<string, string> = {};
    const wrong: string[] = [];

    for (const listed of operationsIn(document).sort((a, b) => turnOf(a) - turnOf(b))) {
      for (const [type, content] of bodiesOf(listed.operation)) await ask(listed, type, content);
    }
    expect(wrong).toEqual([]);

    async function ask({ path, method, operation }: Listed, type: string | null, content: Json | null): Promise<void> {
      const parameters = ((operation['parameters'] ?? []) as Json[]).map(resolve);
      const address = parameters.filter(({ in: where }) => where === 'path').reduce((at, { name, example }) => at.replace(`{${textOf(name)}}`, made[textOf(name)] ?? textOf(example)), path);
      const leave = new AbortController();
      const response = await fetch(`${miko.url}${address}`, {
        method: method.toUpperCase(), signal: leave.signal,
        headers: {
          authorization: `Bearer ${token}`, 'miko-version': date, ...(type === null ? {} : { 'content-type': type }),
          ...(parameters.some(({ name }) => name === 'If-Match') ? { 'if-match': '*' } : {}),
        },
        ...(content === null ? {} : { body: bodyText(type!, content['example']) }),
      });
      const what = `${textOf(operation['operationId'])} ${type ?? ''} ${response.status}`;
      const isStream = response.headers.get('content-type') === 'text/event-stream';
      const body = isStream ? '' : await response.text();
      leave.abort();
      if (!response.ok) {
        wrong.push(`${what}: ${body}`);
        return;
      }
      const answer = ((operation['responses'] as Json)[String(response.status)] ?? {}) as Json;
      for (const header of Object.keys(answer['headers'] ?? {})) if (!response.headers.has(header)) wrong.push(`${what}: no ${header}`);
      const given = response.headers.get('content-type')?.split(';')[0] ?? null;
      if (given === null ? body !== '' : contentOf(answer)[given] === undefined) wrong.push(`${what}: ${given} is not declared`);
      if (given !== 'application/json') return;
      const value = JSON.parse(body) as Json;
      if (path.endsWith('/sessions')) made['session'] = textOf(value['id']);
      const at = ['paths', path, method, 'responses', String(response.status), 'content', 'application/json', 'schema'];
      const validate = ajv.compile({ $ref: `document#/${at.map(step => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}` });
      if (!validate(value)) wrong.push(`${what}: ${ajv.errorsText(validate.errors)}`);
    }
  });
});

/** The document leaves answers open for what comes; what comes today has to be in it. */
function closed(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closed);
  if (typeof part !== 'object' || part === null) return part;
  const inner = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, closed(value)]));
  return inner['type'] === 'object' && 'properties' in inner && !('additionalProperties' in inner) ? { ...inner, additionalProperties: false } : inner;
}

/** First what makes things, last what takes them away; a drain is taken back with its override, so overrides go before. */
function turnOf({ path, method, operation }: Listed): number {
  const { responses } = operation as { readonly responses: Json };
  if (method === 'post' && '201' in responses) return 0;
  if (method === 'put' && '201' in responses && !('428' in responses)) return 1;
  if (method === 'delete') return '428' in responses ? 5 : 7;
  return method === 'post' ? (path.endsWith(':undrain') ? 6.5 : 6) : ['get', 'put', 'patch'].indexOf(method) + 2;
}

/** JSON Patch before merge patch: its example begins by testing what was made. */
function bodiesOf(operation: Json): (readonly [string, Json] | readonly [null, null])[] {
  const bodies = Object.entries(contentOf((operation['requestBody'] ?? {}) as Json)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return bodies.length === 0 ? [[null, null]] : bodies;
}
