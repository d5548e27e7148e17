import { errors, type ErrorCode } from '@miko/model';
import type { Api, Field, NamedType, Type } from './api.ts';
import { wrapped } from './go-names.ts';
import { pascal } from './names.ts';

const KEYWORDS: ReadonlySet<string> = new Set(['and', 'as', 'assert', 'async', 'await', 'class', 'def', 'del', 'except', 'finally', 'from', 'global', 'import', 'in', 'is', 'lambda', 'nonlocal', 'not', 'or', 'pass', 'raise', 'return', 'try', 'while', 'with', 'yield']);

/** As wide as the SDK's own lines. */
const LINE = 160;

/** The TypedDicts of `miko.api`: objects as on the wire. Written so that Python 3.10 knows at run time which fields must be there. */
export function pythonTypesModule(api: Api): string {
  return [
    ...pythonHead(api, "What Miko's API takes and answers, as on the wire: names in snake_case, times as RFC 3339 text."),
    'from __future__ import annotations',
    '',
    'from typing import Any, Literal, TypeAlias, TypedDict',
    '',
    ...errorCodes(),
    ...api.types.flatMap(type => namedType(type)),
    ...api.operations.flatMap(({ id, answer }) => (answer.is === 'frames' ? frames(pascal(id), answer.frames) : [])),
    '',
  ].join('\n');
}

/** The first lines of each generated module. */
export function pythonHead(api: Api, about: string): string[] {
  return [`"""${about}`, '', `Written by \`npm run sdk-api -- --bless\` from \`openapi/${api.date}.json\`.`, '"""', ''];
}

function errorCodes(): string[] {
  const sorted = (Object.keys(errors) as ErrorCode[]).sort((a, b) => errors[a].status - errors[b].status);
  const rows = sorted.flatMap(code => [`    # ${errors[code].status}: ${errors[code].title}`, `    "${code}",`]);
  return ["#: Every `code` of Miko's problem documents, by status: what `MikoError.code` may be beside the SDK's own.", 'ErrorCode: TypeAlias = Literal[', ...rows, ']'];
}

function namedType({ name, description, shape }: NamedType): string[] {
  if (shape.is === 'fields') return typedDict(name, description, shape.fields);
  const value = shape.is === 'alias' ? pythonType(shape.of) : shape.variants.join(' | ');
  return ['', '', ...(description === null ? [] : commented(description, '')), ...alias(name, value)];
}

/** As ruff lays out what is too long for a line. */
function alias(name: string, value: string): string[] {
  const line = `${name}: TypeAlias = ${value}`;
  return line.length <= LINE ? [line] : [`${name}: TypeAlias = (`, `    ${value}`, ')'];
}

function fieldLines(name: string, type: string): string[] {
  const line = `    ${name}: ${type}`;
  const values = /^Literal\[(.*)\]$/.exec(type)?.[1];
  if (line.length <= LINE || values === undefined) return [line];
  return [`    ${name}: Literal[`, ...values.split(', ').map(value => `        ${value},`), '    ]'];
}

/** Fields that may be left out go into a class of their own beneath: NotRequired came with Python 3.11. */
function typedDict(name: string, description: string | null, fields: readonly Field[]): string[] {
  const required = fields.filter(field => field.required);
  const optional = fields.filter(field => !field.required);
  if (required.length === 0) return block(name, description, optional, 'TypedDict, total=False');
  if (optional.length === 0) return block(name, description, required, 'TypedDict');
  const beneath = `_${name}Required`;
  if (!optional.some(({ name: field }) => KEYWORDS.has(field))) return [...block(beneath, null, required, 'TypedDict'), ...block(name, description, optional, `${beneath}, total=False`)];
  return [...block(beneath, null, required, 'TypedDict'), ...called(`_${name}Optional`, optional), ...block(name, description, [], `${beneath}, _${name}Optional`)];
}

function block(name: string, description: string | null, fields: readonly Field[], bases: string): string[] {
  const said = description === null ? [] : docstring(description, '    ');
  const lines = fields.flatMap(({ name: field, description, type }) => [...(description === null ? [] : commented(description, '    ')), ...fieldLines(field, pythonType(type))]);
  const gap = said.length > 0 && lines.length > 0 ? [''] : [];
  const body = [...said, ...gap, ...lines];
  return ['', '', `class ${name}(${bases}):`, ...(body.length === 0 ? ['    pass'] : body)];
}

/** As a call, which takes names that are words of Python. */
function called(name: string, fields: readonly Field[]): string[] {
  return ['', '', `${name} = TypedDict(`, `    "${name}",`, '    {', ...fields.map(({ name: field, type }) => `        "${field}": ${pythonType(type)},`), '    },', '    total=False,', ')'];
}

function frames(name: string, of: readonly { readonly event: string; readonly type: Type }[]): string[] {
  const classes = of.flatMap(({ event, type }) => [
    '', '', `class ${name}${pascal(event)}Frame(TypedDict):`, `    event: Literal["${event}"]`, `    data: ${pythonType(type)}`, '    # Resumes after this frame, as `since`.', '    cursor: str | None',
  ]);
  return [...classes, '', '', ...alias(`${name}Frame`, of.map(({ event }) => `${name}${pascal(event)}Frame`).join(' | '))];
}

/** `prefix` stands before names of the types module. */
export function pythonType(type: Type, prefix = ''): string {
  switch (type.is) {
    case 'string':
      return 'str';
    case 'integer':
      return 'int';
    case 'number':
      return 'float';
    case 'boolean':
      return 'bool';
    case 'null':
      return 'None';
    case 'any':
      return 'Any';
    case 'enum':
      return `Literal[${type.values.map(value => `"${value}"`).join(', ')}]`;
    case 'list':
      return `list[${pythonType(type.of, prefix)}]`;
    case 'map':
      return `dict[str, ${pythonType(type.of, prefix)}]`;
    case 'nullable':
      return `${pythonType(type.of, prefix)} | None`;
    default:
      return prefix + type.name;
  }
}

const commented = (text: string, indent: string): string[] => wrapped(text, 110).map(line => `${indent}# ${line}`);

/** A docstring: one line where it fits. */
export function docstring(text: string, indent: string, more: readonly string[] = []): string[] {
  const [first = '', ...rest] = wrapped(text.replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"'), 110);
  const lines = [...rest, ...more];
  if (lines.length === 0) return [`${indent}"""${first}"""`];
  return [`${indent}"""${first}`, ...lines.map(line => (line === '' ? '' : indent + line)), `${indent}"""`];
}
