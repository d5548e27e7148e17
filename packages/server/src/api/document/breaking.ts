import { breakingSchema, schemaRules } from './breaking-schema.ts';
import { contentOf, isOpen, operationsIn, resolving, textOf } from './document-parts.ts';
import type { Json, Side } from './plain-schema.ts';

/**
 * What of a document's change breaks callers that were written for it as it was: such a change needs a new API date.
 * Words, examples and links may change; operations, optional parameters and fields of answers may come.
 */
export const rules = [
  'operation_removed', 'operation_renamed', 'credential_now_needed', 'parameter_removed', 'parameter_now_required', 'parameter_style_changed', 'body_now_required',
  'body_removed', 'media_type_removed', 'answer_removed', 'answer_added', 'header_removed', 'error_status_added', ...schemaRules,
] as const;

export interface Finding {
  readonly rule: (typeof rules)[number];
  /** `service_replace body /spec/labels`. */
  readonly where: string;
  readonly text: string;
}

export function breaking(before: Json, after: Json): Finding[] {
  const compare = comparing(before, after);
  const now = operationsOf(after);
  return [...operationsOf(before)].flatMap(([address, was]) => {
    const is = now.get(address);
    return is === undefined ? [found('operation_removed', was, '', `${address} is gone`)] : operation(was, is, compare);
  });
}

interface Compare {
  /** The two as they are, each reference followed in its own document. */
  readonly was: Resolve;
  readonly is: Resolve;
  schemas(was: Json, is: Json, side: Side): ReturnType<typeof breakingSchema>;
}

type Resolve = (part: Json) => Json;

/** A reference stands for what its own document has under that name. */
function comparing(before: Json, after: Json): Compare {
  const [was, is] = [resolving(before), resolving(after)];
  return { was, is, schemas: (one, other, side) => breakingSchema(expanded(one, was), expanded(other, is), side) };
}

/** Our schemas do not refer to themselves, so they can be written out. */
function expanded(value: unknown, resolve: Resolve): Json {
  if (Array.isArray(value)) return value.map(inner => expanded(inner, resolve)) as unknown as Json;
  if (typeof value !== 'object' || value === null) return value as Json;
  const schema = value as Json;
  if (typeof schema['$ref'] === 'string') return expanded(resolve(schema), resolve);
  return Object.fromEntries(Object.entries(schema).map(([name, inner]) => [name, expanded(inner, resolve)]));
}

const operationsOf = (document: Json): Map<string, Json> =>
  new Map(operationsIn(document).map(({ path, method, operation: one }) => [`${method.toUpperCase()} ${path}`, one]));

function operation(was: Json, is: Json, compare: Compare): Finding[] {
  return [
    ...(was['operationId'] === is['operationId'] ? [] : [found('operation_renamed', was, '', `is ${textOf(is['operationId'])}`)]),
    ...(isOpen(was) && !isOpen(is) ? [found('credential_now_needed', was, '', 'was answered without a credential')] : []),
    ...parameters(was, is, compare), ...body(was, is, compare), ...answers(was, is, compare),
  ];
}

function parameters(was: Json, is: Json, compare: Compare): Finding[] {
  const [before, after] = [parametersOf(was, compare.was), parametersOf(is, compare.is)];
  return [
    ...[...before].flatMap(([name, parameter]) => {
      const next = after.get(name);
      if (next === undefined) return [found('parameter_removed', was, name, 'is gone')];
      // The one value it may have is the date that the document is about.
      if (name === 'header Miko-Version') return [];
      return [
        ...(parameter['style'] === next['style'] && parameter['explode'] === next['explode'] ? [] : [found('parameter_style_changed', was, name, 'is written in another way')]),
        ...compare.schemas(parameter['schema'] as Json, next['schema'] as Json, 'request').map(one => found(one.rule, was, `${name} ${one.at}`, one.text)),
      ];
    }),
    ...[...after].filter(([name, next]) => next['required'] === true && before.get(name)?.['required'] !== true).map(([name]) => found('parameter_now_required', was, name, 'was not required')),
  ];
}

const parametersOf = (operation: Json, resolve: Resolve): Map<string, Json> =>
  new Map(((operation['parameters'] ?? []) as Json[]).map(resolve).map(parameter => [`${textOf(parameter['in'])} ${textOf(parameter['name'])}`, parameter]));

function body(was: Json, is: Json, compare: Compare): Finding[] {
  const [before, after] = [was['requestBody'] as Json | undefined, is['requestBody'] as Json | undefined];
  if (after === undefined) return before === undefined ? [] : [found('body_removed', was, 'body', 'is not taken any more')];
  return [
    ...(after['required'] === true && before?.['required'] !== true ? [found('body_now_required', was, 'body', 'was not required')] : []),
    ...(before === undefined ? [] : contents(was, 'body', before, after, 'request', compare)),
  ];
}

function answers(was: Json, is: Json, compare: Compare): Finding[] {
  const [before, after] = [was['responses'] as Readonly<Record<string, Json>>, is['responses'] as Readonly<Record<string, Json>>];
  const compared = Object.entries(before).flatMap(([status, one]) => {
    const [answer, next] = [compare.was(one), after[status] === undefined ? undefined : compare.is(after[status])];
    if (next === undefined) return isProblem(answer) ? [] : [found('answer_removed', was, status, 'is never answered')];
    // Whoever does not know a new code goes by its status.
    if (isProblem(answer)) return isProblem(next) ? [] : [found('answer_added', was, status, 'was an error')];
    const [headersWere, headersAre] = [(answer['headers'] ?? {}) as Json, (next['headers'] ?? {}) as Json];
    return [
      ...Object.keys(headersWere).filter(name => !(name in headersAre)).map(name => found('header_removed', was, `${status} ${name}`, 'is gone')),
      ...contents(was, status, answer, next, 'answer', compare),
    ];
  });
  const added = Object.entries(after).filter(([status]) => before[status] === undefined)
    .map(([status, one]) => (isProblem(compare.is(one)) ? found('error_status_added', was, status, 'is a new error') : found('answer_added', was, status, 'is a new answer')));
  return [...compared, ...added];
}

const PROBLEM = 'application/problem+json';
const isProblem = (answer: Json): boolean => contentOf(answer)[PROBLEM] !== undefined;

function contents(was: Json, where: string, before: Json, after: Json, side: Side, compare: Compare): Finding[] {
  return Object.entries(contentOf(before)).flatMap(([type, content]) => {
    const next = contentOf(after)[type];
    if (next === undefined) return [found('media_type_removed', was, `${where} ${type}`, 'is gone')];
    return compare.schemas(content['schema'] as Json, next['schema'] as Json, side).map(one => found(one.rule, was, `${where} ${one.at}`, one.text));
  });
}

const found = (rule: Finding['rule'], operation: Json, where: string, text: string): Finding => ({ rule, where: `${textOf(operation['operationId'])} ${where}`.trim(), text });
