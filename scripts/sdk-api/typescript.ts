import type { Answer, Api, Body, Field, NamedType, Operation, Parameter, Type } from './api.ts';
import { camel, pascal } from './names.ts';

/** The API as one module of `@miko/client`: types, and a function that makes the operations out of a sender. */
export function typescriptModule(api: Api): string {
  return [
    '/**',
    ` * Miko's API at ${api.date}: names, bodies and answers as on the wire.`,
    ` * Written by \`npm run sdk-api -- --bless\` from \`openapi/${api.date}.json\`.`,
    ' */',
    "import type { ApiAnswer, ApiCall, ApiFrame, ApiSender } from '../api/operation.ts';",
    '',
    '/** The API date that the operations speak. */',
    `export const API_DATE = '${api.date}';`,
    ...api.types.flatMap(type => ['', ...namedType(type)]),
    ...api.operations.flatMap(operation => ['', ...callType(operation), ...frameType(operation)]),
    '',
    '/**',
    ' * Every operation, by name. A refusal is a MikoError with the code of Miko\'s problem document; any call may get',
    ` * ${listed(api.commonCodes)}.`,
    ' */',
    'export type Api = {',
    ...api.operations.flatMap(operation => method(operation)),
    '};',
    '',
    'export function createApi(send: ApiSender): Api {',
    '  return {',
    ...api.operations.flatMap(operation => implementation(operation)),
    '  };',
    '}',
    '',
  ].join('\n');
}

function namedType({ name, description, shape }: NamedType): string[] {
  const said = description === null ? [] : [comment(description)];
  if (shape.is === 'alias') return [...said, `export type ${name} = ${rendered(shape.of)};`];
  if (shape.is === 'union') return [...said, `export type ${name} = ${shape.variants.join(' | ')};`];
  return [...said, `export type ${name} = {`, ...shape.fields.flatMap(fieldLines), '};'];
}

function fieldLines({ name, description, required, type }: Field): string[] {
  return [...(description === null ? [] : [`  ${comment(description)}`]), `  readonly ${name}${required ? '' : '?'}: ${rendered(type)};`];
}

function callType(operation: Operation): string[] {
  const { parameters, body } = operation;
  return [
    `export type ${callName(operation)} = ApiCall & {`,
    ...parameters.flatMap(parameterLines),
    ...(body.is === 'none' ? [] : [`  readonly body: ${bodyType(body)};`]),
    '};',
  ];
}

function parameterLines({ name, required, ownProject, description, type }: Parameter): string[] {
  const optional = !required || ownProject;
  const said = ownProject ? `${description} Default: the client's own.` : description;
  return [`  ${comment(said)}`, `  readonly ${camel(name)}${optional ? '?' : ''}: ${rendered(type)}${optional ? ' | undefined' : ''};`];
}

function frameType({ id, answer }: Operation): string[] {
  if (answer.is !== 'frames') return [];
  return ['', `export type ${pascal(id)}Frame =`, ...answer.frames.map(({ event, type }, i) => `  | ApiFrame<'${event}', ${rendered(type)}>${i === answer.frames.length - 1 ? ';' : ''}`)];
}

function method(operation: Operation): string[] {
  const { id, summary, description, codes, answer } = operation;
  const said = [`${summary}. ${description ?? ''}`.trim(), ...(codes.length === 0 ? [] : [`Codes: ${listed(codes)}.`])].join(' ');
  const [name, call, optional] = [camel(id), callName(operation), needsNothing(operation) ? '?' : ''];
  if (answer.is !== 'json' || !answer.conditional) return [`  ${comment(said)}`, `  readonly ${name}: (call${optional}: ${call}) => ${answerType(operation)};`];
  const body = rendered(answer.type);
  return [
    `  ${comment(said)}`,
    `  readonly ${name}: {`,
    `    (call${optional}: ${call} & { readonly ifNoneMatch?: undefined }): Promise<ApiAnswer<${body}>>;`,
    '    /** The body is null, and the status 304, while the ETag still holds. */',
    `    (call: ${call}): Promise<ApiAnswer<${body} | null>>;`,
    '  };',
  ];
}

function implementation(operation: Operation): string[] {
  const { id, answer } = operation;
  const wire = wireOf(operation);
  const call = `call${needsNothing(operation) ? '?' : ''}: ${callName(operation)}`;
  switch (answer.is) {
    case 'nothing':
      return [`    ${camel(id)}: (${call}) => send.json<null>(${wire}, call),`];
    case 'json':
      return [`    ${camel(id)}: (${call}) => send.json<${rendered(answer.type)}>(${wire}, call),`];
    case 'text':
      return [`    ${camel(id)}: (${call}) => send.text(${wire}, call),`];
    case 'lines':
      return [`    ${camel(id)}: (${call}) => send.${answer.of === null ? 'rawLines' : `lines<${rendered(answer.of)}>`}(${wire}, call),`];
    default:
      return [`    ${camel(id)}: (${call}) => send.frames<${pascal(id)}Frame>(${wire}, [${answer.frames.map(({ event }) => `'${event}'`).join(', ')}], call),`];
  }
}

/** The operation as an ApiOperation. */
function wireOf({ method, path, parameters, body, alsoAnswers }: Operation): string {
  const pairs = (place: Parameter['in']): string => parameters.filter(one => one.in === place).map(({ name, wire }) => `${camel(name)}: '${wire}'`).join(', ');
  const repeated = parameters.filter(one => one.repeated && one.type.is === 'list').map(({ name }) => `'${camel(name)}'`);
  const parts = [
    `method: '${method}'`,
    `path: '${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `{${camel(name)}}`)}'`,
    ...(parameters.some(({ ownProject }) => ownProject) ? ['ownProject: true'] : []),
    ...(pairs('query') === '' ? [] : [`query: { ${pairs('query')} }`]),
    ...(repeated.length === 0 ? [] : [`repeated: [${repeated.join(', ')}]`]),
    ...(pairs('header') === '' ? [] : [`headers: { ${pairs('header')} }`]),
    ...(body.is === 'none' ? [] : [`body: '${body.is}'`]),
    ...(alsoAnswers.length === 0 ? [] : [`alsoAnswers: [${alsoAnswers.join(', ')}]`]),
  ];
  return `{ ${parts.join(', ')} }`;
}

function answerType({ id, answer }: { readonly id: string; readonly answer: Answer }): string {
  switch (answer.is) {
    case 'nothing':
      return 'Promise<ApiAnswer<null>>';
    case 'json':
      return `Promise<ApiAnswer<${rendered(answer.type)}>>`;
    case 'text':
      return 'Promise<ApiAnswer<string>>';
    case 'lines':
      return `AsyncIterable<${answer.of === null ? 'string' : rendered(answer.of)}>`;
    default:
      return `AsyncIterable<${pascal(id)}Frame>`;
  }
}

function bodyType(body: Exclude<Body, { is: 'none' }>): string {
  if (body.is === 'json' || body.is === 'form') return rendered(body.type);
  return body.is === 'lines' ? rendered({ is: 'list', of: body.of }) : `${rendered(body.merge)} | ${rendered(body.patch)}`;
}

function rendered(type: Type): string {
  switch (type.is) {
    case 'integer':
      return 'number';
    case 'any':
      return 'unknown';
    case 'enum':
      return type.values.map(value => `'${value}'`).join(' | ');
    case 'list':
      return `readonly ${atom(type.of)}[]`;
    case 'map':
      return `Readonly<Record<string, ${rendered(type.of)}>>`;
    case 'nullable':
      return `${rendered(type.of)} | null`;
    case 'named':
      return type.name;
    default:
      return type.is;
  }
}

/** In brackets where it would fall apart. */
function atom(type: Type): string {
  const text = rendered(type);
  return text.includes(' ') && !text.startsWith('Readonly<') ? `(${text})` : text;
}

const callName = ({ id }: Operation): string => `${pascal(id)}Call`;
const needsNothing = ({ parameters, body }: Operation): boolean => body.is === 'none' && parameters.every(({ required, ownProject }) => !required || ownProject);
const listed = (codes: readonly string[]): string => codes.map(code => `\`${code}\``).join(', ');
const comment = (text: string): string => `/** ${text.replaceAll('*/', '*\\/').replaceAll(/\s+/g, ' ')} */`;
