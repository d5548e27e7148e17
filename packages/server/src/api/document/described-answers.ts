import { errors, object, text, int, list, type ErrorCode, type Schema } from '@miko/model';
import type { DeclaredAnswer, Operation } from '../operation.ts';
import type { Components } from './components.ts';
import { linesOf } from './described-body.ts';
import { occasions } from './error-occasions.ts';
import { answerHeaders, type AnswerHeader, type HeaderName } from './headers.ts';
import { objectFrameSchema } from './object-frame.ts';
import { plainSchema, type Json, type Showing } from './plain-schema.ts';

/** What an operation answers when it succeeds, by status. */
export function describedAnswers(operation: Operation, apiDate: string, components: Components, showing: Showing, isDeprecated: boolean): Json {
  return Object.fromEntries(operation.answers.map(answer => [String(answer.status), {
    description: answer.description,
    headers: headers([...headersOf(operation, answer), ...common(isDeprecated)], components),
    ...content(operation, answer, apiDate, showing),
  }]));
}

function content({ kind, verb }: Operation, answer: DeclaredAnswer, apiDate: string, showing: Showing): Json {
  const { mediaType = 'application/json' } = answer;
  const schema = kind !== null && verb === 'watch' ? objectFrameSchema(kind, apiDate) : answer.schema(apiDate);
  if (schema === null && answer.mediaType === undefined) return {};
  return { content: { [mediaType]: { schema: shown(mediaType, schema, showing) } } };
}

function shown(mediaType: string, schema: Schema | null, showing: Showing): Json {
  if (schema === null) return { type: 'string' };
  const plain = plainSchema(schema, showing);
  if (mediaType === 'text/event-stream') return { type: 'string', description: streamWords, contentMediaType: mediaType, contentSchema: plain };
  return mediaType.endsWith('ndjson') ? linesOf(plain) : plain;
}

const streamWords = 'Server-sent events, each with `event` and, as compact JSON, `data`; `id` is the cursor.';

/** An answer that declares none of its header fields has those of its kind's verb. */
function headersOf({ kind, verb, method }: Operation, answer: DeclaredAnswer): readonly AnswerHeader[] {
  if (answer.headers !== undefined) return answer.headers;
  if (kind === null || verb === 'list' || verb === 'watch') return [];
  return [
    ...(answer.status === 201 ? ['Location' as const] : []),
    ...(answer.status === 204 ? [] : ['ETag' as const]),
    ...(method === 'GET' ? [] : ['Miko-Revision' as const]),
  ];
}

const common = (isDeprecated: boolean): HeaderName[] => ['Miko-Request-Id', 'Miko-Version', ...(isDeprecated ? ['Deprecation' as const, 'Sunset' as const] : [])];

function headers(names: readonly HeaderName[], components: Components): Json {
  return Object.fromEntries(names.map(name => [name, components.ref('headers', name, () => answerHeaders[name])]));
}

/**
 * The problems an operation can answer, by status. Statuses that several operations meet with the same codes are one
 * shared response; all of them are one schema, in which a response names the codes it can have.
 */
export function describedErrors(codes: readonly ErrorCode[], known: readonly ErrorCode[], components: Components): Json {
  const statuses = [...new Set(codes.map(code => errors[code].status))];
  return Object.fromEntries(statuses.map(status => {
    const here = codes.filter(code => errors[code].status === status);
    return [String(status), components.ref('responses', here.join('.'), () => problemResponse(here, known, components))];
  }));
}

function problemResponse(codes: readonly ErrorCode[], known: readonly ErrorCode[], components: Components): Json {
  const problem = components.ref('schemas', 'Problem', () => problemSchema(known));
  const extra = [...new Set(codes.flatMap(code => headersOfError[code] ?? []))];
  return {
    description: codes.map(code => `\`${code}\`: ${occasions[code]}`).join('\n\n'),
    headers: headers([...extra, 'Miko-Request-Id'], components),
    content: { 'application/problem+json': { schema: { allOf: [problem, { type: 'object', properties: { code: { type: 'string', enum: codes } } }] } } },
  };
}

const headersOfError: Readonly<Partial<Record<ErrorCode, readonly HeaderName[]>>> = {
  unauthenticated: ['WWW-Authenticate'], precondition_failed: ['ETag'], unsupported_media_type: ['Accept-Post', 'Accept-Patch'],
  not_ready: ['Retry-After'], overloaded: ['Retry-After'], in_flight: ['Retry-After'],
};

/** RFC 9457. `known`: the codes that any operation of the document can give. */
export function problemSchema(known: readonly ErrorCode[]): Json {
  const { properties, required } = object({
    type: text({ max: 100, description: 'urn:miko:error: and the code' }),
    title: text({ max: 200, description: 'The same for each problem of this code' }),
    status: int({ min: 400, max: 599 }),
    code: { type: 'string', enum: known, description: 'What is wrong; its meaning never changes' },
    detail: text({ max: 10_000, description: 'What is wrong this time, in words' }),
    request_id: text({ max: 64, description: 'Finds the call in the log' }),
    errors: list(object({
      pointer: text({ max: 500, description: 'A JSON Pointer into the body, or the name of a parameter or header' }),
      code: text({ max: 64, description: 'The rule that is broken' }),
      detail: text({ max: 1_000 }),
    }), { max: 100, description: 'Each finding, where there are several' }),
  });
  return plainSchema({ type: 'object', description: 'A refusal (RFC 9457).', properties, required }, { side: 'answer', nameOf: () => null, hoist: () => ({}) });
}
