import type { Answer, Api, Body, Operation, Parameter, Type } from './api.ts';
import { pascal, snake } from './names.ts';
import type { Content, Document, DocumentOperation, DocumentParameter, DocumentResponse, Reference, Schema } from './newest-document.ts';
import { TypeReader } from './read-types.ts';

const PROBLEM = 'application/problem+json';

/** The document as the emitters read it. Throws where it says something that they could not say. */
export function readApi(date: string, document: Document): Api {
  const types = new TypeReader();
  for (const [name, schema] of dependedOnFirst(document.components.schemas)) types.component(name, schema);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, declared]) => readOperation(method.toUpperCase(), path, declared, document, types)),
  );
  const commonCodes = operations[0].codes.filter(code => operations.every(({ codes }) => codes.includes(code)));
  return {
    date,
    types: types.types,
    operations: operations.map(operation => ({ ...operation, codes: operation.codes.filter(code => !commonCodes.includes(code)) })),
    commonCodes,
  };
}

function readOperation(method: string, path: string, declared: DocumentOperation, document: Document, types: TypeReader): Operation {
  const { operationId: id, summary } = declared;
  const name = pascal(id);
  const responses = Object.entries(declared.responses).map(([status, response]) => ({
    status: Number(status),
    content: resolved<DocumentResponse>(response, document.components.responses).content ?? {},
  }));
  const answers = responses.filter(({ status, content }) => status < 400 || !(PROBLEM in content));
  const parameters = (declared.parameters ?? [])
    .map(parameter => resolved<DocumentParameter>(parameter, document.components.parameters))
    .filter(parameter => parameter.name !== 'Miko-Version')
    .map(parameter => readParameter(parameter, path, types, name));
  const names = new Set(['body', 'patch', 'signal', ...parameters.map(parameter => parameter.name)]);
  if (names.size !== parameters.length + 3) throw new Error(`${id}: two of its parameters would have the same name`);
  return {
    id,
    method,
    path,
    summary,
    description: declared.description ?? null,
    parameters,
    body: readBody(declared.requestBody?.content, name, types),
    answer: readAnswer(answers, name, types),
    alsoAnswers: answers.map(({ status }) => status).filter(status => status >= 400),
    codes: responses.flatMap(({ content }) => codesOf(content[PROBLEM]?.schema)),
  };
}

function readParameter(parameter: DocumentParameter, path: string, types: TypeReader, operation: string): Parameter {
  const name = parameter.in === 'header' ? snake(parameter.name) : parameter.name;
  return {
    wire: parameter.name,
    name,
    in: parameter.in,
    required: parameter.required,
    ownProject: parameter.in === 'path' && name === 'project' && !path.endsWith('{project}'),
    repeated: parameter.explode === true,
    zeroSaysNothing: zeroSaysNothing(parameter.schema),
    description: parameter.description,
    type: types.read(parameter.schema, operation + pascal(name)),
  };
}

function zeroSaysNothing({ type, default: usual, minimum = 0 }: Schema): boolean {
  if (type === 'integer') return usual === 0 || minimum > 0;
  return type === 'boolean' ? usual === false : true;
}

function readBody(content: Content | undefined, name: string, types: TypeReader): Body {
  if (content === undefined) return { is: 'none' };
  const schemas = new Map(Object.entries(content).map(([media, { schema }]) => [media, schema]));
  const json = schemas.get('application/json');
  const form = schemas.get('application/x-www-form-urlencoded');
  const merge = schemas.get('application/merge-patch+json');
  const patch = schemas.get('application/json-patch+json');
  const lines = schemas.get('application/x-ndjson')?.contentSchema;
  if (json !== undefined) return { is: 'json', type: types.read(json, `${name}Body`) };
  if (form !== undefined) return { is: 'form', type: types.read(form, `${name}Body`) };
  if (lines !== undefined) return { is: 'lines', of: types.read(lines, `${name}Line`) };
  if (merge === undefined || patch === undefined) throw new Error(`${name}: the media types of its body are not read`);
  return { is: 'patch', merge: types.read(merge, `${name}Body`), patch: types.read(patch, `${name}JsonPatch`) };
}

function readAnswer(answers: readonly { readonly status: number; readonly content: Content }[], name: string, types: TypeReader): Answer {
  const content = answers.find(({ content }) => Object.keys(content).length > 0)?.content;
  if (content === undefined) return { is: 'nothing' };
  const [media, { schema }] = Object.entries(content)[0];
  switch (media) {
    case 'application/json':
      return { is: 'json', type: types.read(schema, `${name}Answer`), conditional: answers.some(({ status }) => status === 304) };
    case 'text/html':
      return { is: 'text' };
    case 'application/x-ndjson':
      return { is: 'lines', of: schema.contentSchema === undefined ? null : types.read(schema.contentSchema, `${name}Answer`) };
    case 'text/event-stream':
      return { is: 'frames', frames: readFrames(schema.contentSchema?.oneOf ?? [], name, types) };
    default:
      throw new Error(`${name}: the media type ${media} is not read`);
  }
}

function readFrames(frames: readonly Schema[], name: string, types: TypeReader): { event: string; type: Type }[] {
  return frames.flatMap(({ properties }) => {
    const event = properties?.['event']?.const;
    if (event === undefined || properties?.['data'] === undefined) throw new Error(`${name}: a frame without a name or data`);
    return event === 'error' ? [] : [{ event, type: types.read(properties['data'], name + pascal(event)) }];
  });
}

/** The codes of a problem: the enum that narrows it. */
function codesOf(schema: Schema | undefined): readonly string[] {
  return schema?.allOf?.flatMap(part => part.properties?.['code']?.enum ?? []) ?? [];
}

function resolved<T extends object>(value: T | Reference, among: Readonly<Record<string, T>>): T {
  if (!('$ref' in value)) return value;
  const found = among[value.$ref.slice(value.$ref.lastIndexOf('/') + 1)];
  if (found === undefined) throw new Error(`${value.$ref} leads nowhere`);
  return found;
}

/** Components in an order in which each comes after those that it names. A ring of them has no such order; then it is as good as can be. */
function dependedOnFirst(schemas: Readonly<Record<string, Schema>>): [string, Schema][] {
  const ordered = new Map<string, Schema>();
  const visiting = new Set<string>();
  const visit = (name: string): void => {
    const schema = schemas[name];
    if (schema === undefined || visiting.has(name)) return;
    visiting.add(name);
    for (const [, used] of JSON.stringify(schema).matchAll(/"#\/components\/schemas\/([A-Za-z0-9]+)"/g)) visit(used);
    ordered.set(name, schema);
  };
  for (const name of Object.keys(schemas)) visit(name);
  return [...ordered];
}
