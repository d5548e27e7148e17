import { errors, newestApiDate, specSchemaAt, type ErrorCode, type Kind, type Schema } from '@miko/model';
import { createSchema, listSchema, objectSchema } from '../objects/schemas.ts';
import { findsCredential, type Operation } from '../operation.ts';
import { newComponents, type Components } from './components.ts';
import { describedAnswers, describedErrors } from './described-answers.ts';
import { describedBody } from './described-body.ts';
import { describedParameters } from './described-parameters.ts';
import { errorsOf, everywhere } from './errors-of.ts';
import { linksOf } from './links.ts';
import type { Json, NameOf, Showing, Side } from './plain-schema.ts';
import { tagOf, tagsOf } from './tags.ts';

/**
 * The OpenAPI 3.1 document of an API date, from the operations and kinds alone: the same bytes whatever order they come
 * in, and for an older date the same for ever, since it speaks of nothing that came later.
 */
export function openapi(operations: readonly Operation[], apiDate: string): Json {
  const known = operations.filter(({ since }) => since <= apiDate).sort((a, b) => (a.path === b.path ? rank(a) - rank(b) : a.path < b.path ? -1 : 1));
  const components = newComponents();
  const codes = codesOf(known);
  const paths = new Map<string, Record<string, Json>>();
  for (const operation of known) {
    const item = paths.get(operation.path) ?? {};
    item[operation.method.toLowerCase()] = described(operation, known, codes, apiDate, components);
    paths.set(operation.path, item);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Miko', version: apiDate, summary: 'A control plane for a fleet of services.', description: introduction,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The Miko that this document comes from.' }],
    security: [{ bearer: [] }],
    tags: tagsOf(known),
    paths: Object.fromEntries(paths),
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'The secret of a token.' } }, ...components.all() },
  };
}

const introduction = [
  'One declaration for each kind, everything else derived. Names are snake_case, times RFC 3339 in UTC, bodies JSON.',
  'Miko-Version says which API date a call speaks; this document speaks of one.',
  'Requests are read strictly: an unknown field or parameter is refused. Answers may grow: a caller passes over fields and values it does not know.',
  'A change of an object needs If-Match. A POST may carry an Idempotency-Key.',
  'Errors are application/problem+json with a `code` that never changes its meaning; a path that does not take a method answers 405 with Allow.',
].join('\n\n');

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const rank = ({ method }: Operation): number => methods.indexOf(method);

/** The registry's order, of what this document's operations give: a code that comes later is not in an older document. */
function codesOf(operations: readonly Operation[]): ErrorCode[] {
  const given = new Set<ErrorCode>([...everywhere, ...operations.flatMap(errorsOf)]);
  return (Object.keys(errors) as ErrorCode[]).filter(code => given.has(code));
}

function described(operation: Operation, operations: readonly Operation[], codes: readonly ErrorCode[], apiDate: string, components: Components): Json {
  const showing = (side: Side): Showing => ({ side, nameOf: namesOf(operation.kind, apiDate), hoist: (name, build) => components.ref('schemas', name, build) });
  const body = describedBody(operation, apiDate, showing('request'));
  const answers = describedAnswers(operation, apiDate, components, showing('answer'), apiDate !== newestApiDate);
  const links = linksOf(operation, operations);
  return {
    operationId: operation.id,
    tags: [tagOf(operation)],
    summary: operation.summary,
    description: rightOf(operation),
    ...(operation.action === null ? { security: findsCredential(operation) ? [{ bearer: [] }, {}] : [] } : {}),
    parameters: describedParameters(operation, apiDate, components),
    ...(body === null ? {} : { requestBody: body }),
    responses: { ...withLinks(answers, links), ...describedErrors(errorsOf(operation), codes, components) },
  };
}

const rightOf = (operation: Operation): string => [
  operation.action !== null ? `Needs the role ${operation.action.role} (${operation.action.name}).`
    : findsCredential(operation) ? 'Takes the credential from its body, or from the header.' : 'Answered without a credential.',
  ...(operation.method === 'GET' || operation.method === 'DELETE' ? [] : [`A body has at most ${operation.bodyBytes} bytes.`]),
].join(' ');

const withLinks = (answers: Json, links: Json): Json => ('201' in answers ? { ...answers, '201': { ...(answers['201'] as Json), ...links } } : answers);

/** The schemas of a kind, and those that bear a title. A spec is the same in requests and answers: it grows with a new date alone. */
function namesOf(kind: Kind | null, apiDate: string): NameOf {
  const named = new Map<string, { readonly name: string; readonly side: Side }>();
  if (kind !== null) {
    const name = pascal(kind.name);
    named.set(JSON.stringify(createSchema(kind, apiDate)), { name: `New${name}`, side: 'request' });
    named.set(JSON.stringify(listSchema(kind, apiDate)), { name: `${name}Page`, side: 'answer' });
    named.set(JSON.stringify(objectSchema(kind, apiDate)), { name, side: 'answer' });
    named.set(JSON.stringify(specSchemaAt(kind, apiDate)), { name: `${name}Spec`, side: 'request' });
  }
  return (schema: Schema, side: Side) => {
    const { title } = schema;
    return typeof title === 'string' ? { name: title, side } : (named.get(JSON.stringify(schema)) ?? null);
  };
}

const pascal = (name: string): string => name.split('_').map(part => part[0]!.toUpperCase() + part.slice(1)).join('');
