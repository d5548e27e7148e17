import { apiDates } from '@miko/model';
import type { Operation } from '@miko/server';
import { prove, type Case } from '../case.ts';
import { holds, same, went } from '../told.ts';

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>> | undefined>>;
}

interface Described {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown; readonly examples?: unknown }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

/** The document of each API date holds the operation as it is declared. */
export function documented(operation: Operation): Case[] {
  return apiDates.map(date => prove('document', `${operation.id} at ${date}`, async world => {
    const { body } = went(await world.send<Document>({ method: 'GET', path: '/openapi.json', headers: { 'miko-version': date } }), 200);
    holds(body.openapi.startsWith('3.1'), 'OpenAPI 3.1');
    const described = body.paths[operation.path]?.[operation.method.toLowerCase()];
    if (operation.since > date) {
      same(described, undefined, 'an operation of a later date');
      return;
    }
    same(described?.operationId, operation.id, `the operation at ${operation.method} ${operation.path}`);
    for (const { status } of operation.answers) holds(described!.responses[String(status)] !== undefined, `the answer ${status}`);
    if (operation.example(date) === null) return;
    for (const type of operation.mediaTypes) {
      const content = described!.requestBody?.content[type];
      holds(content?.example !== undefined || content?.examples !== undefined, `an example of ${type}`);
    }
  }));
}
