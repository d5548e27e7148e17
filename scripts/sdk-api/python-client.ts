import type { Answer, Api, Body, Operation, Parameter, Type } from './api.ts';
import { wrapped } from './go-names.ts';
import { pascal } from './names.ts';
import { docstring, pythonHead, pythonType } from './python-types.ts';

type Kind = 'sync' | 'async';

const SENDER = { sync: 'SyncSender', async: 'AsyncSender' };

/** Every operation as a method: the client for threads, or the one for asyncio. */
export function pythonClientModule(api: Api, kind: Kind): string {
  const name = kind === 'sync' ? 'Api' : 'AsyncApi';
  return [
    ...pythonHead(api, `Every operation of Miko's API as a method of \`${name}\`.`),
    'from __future__ import annotations',
    '',
    `from collections.abc import ${kind === 'sync' ? 'Generator' : 'AsyncGenerator'}, Sequence`,
    'from typing import Any, Literal, overload',
    '',
    'from miko.api._operation import Answer',
    `from miko.api._send_${kind} import ${SENDER[kind]}`,
    'from miko.api.generated import operations, types',
    '',
    '',
    `class ${name}:`,
    ...docstring(`Every operation by name. A refusal is a MikoError with the code of Miko's problem document; any call may get ${api.commonCodes.join(', ')}.`, '    '),
    '',
    `    def __init__(self, send: ${SENDER[kind]}) -> None:`,
    '        self._send = send',
    ...api.operations.flatMap(operation => method(operation, kind)),
    '',
  ].join('\n');
}

function method(operation: Operation, kind: Kind): string[] {
  const { id, summary, description, parameters, codes, answer, body } = operation;
  const waits = kind === 'async' && (answer.is === 'json' || answer.is === 'text' || answer.is === 'nothing');
  const more = [
    ...(codes.length === 0 ? [] : ['', ...wrapped(`Codes: ${codes.join(', ')}.`, 110)]),
    ...(parameters.length === 0 ? [] : ['', ...parameters.flatMap(parameterText)]),
  ];
  const conditional = answer.is === 'json' && answer.conditional;
  return [
    ...(conditional ? overloads(operation, waits, pythonType(answer.type, 'types.')) : []),
    '',
    ...signature(operation, waits, conditional ? 'Answer[Any]' : answerType(id, answer, kind)),
    ...docstring(`${summary}. ${description ?? ''}${conditional ? ' The body is None, and the status 304, while `if_none_match` still holds.' : ''}`, '        ', more),
    `        return ${waits ? 'await ' : ''}self._send.${sending(answer)}(`,
    `            operations.${id.toUpperCase()},`,
    ...dictionary(parameters),
    ...(body.is === 'none' ? [] : ['            body,']),
    ...(answer.is === 'frames' ? [`            events=(${answer.frames.map(({ event }) => `"${event}"`).join(', ')}),`] : []),
    '        )',
  ];
}

/** Without `if_none_match` there is always a body. */
function overloads(operation: Operation, waits: boolean, body: string): string[] {
  const stub = (ifNoneMatch: string, result: string): string[] => {
    const lines = signature(operation, waits, result).map(line => line.replace(/(if_none_match: ).*,/, `$1${ifNoneMatch},`));
    return ['', '    @overload', ...lines.slice(0, -1), `${lines.at(-1)!} ...`];
  };
  return [...stub('None = None', `Answer[${body}]`), ...stub('str', `Answer[${body} | None]`)];
}

function signature({ id, parameters, body }: Operation, waits: boolean, result: string): string[] {
  const define = `    ${waits ? 'async ' : ''}def ${id}(`;
  const given = [...parameters.map(argument), ...(body.is === 'none' ? [] : [`body: ${bodyType(body)}`])];
  if (given.length === 0) return [`${define}self) -> ${result}:`];
  return [define, '        self,', '        *,', ...given.map(one => `        ${one},`), `    ) -> ${result}:`];
}

function argument({ name, required, ownProject, type }: Parameter): string {
  const text = argumentType(type);
  return required && !ownProject ? `${name}: ${text}` : `${name}: ${text} | None = None`;
}

/** Any sequence will do where a list is only read. */
function argumentType(type: Type): string {
  return type.is === 'list' ? `Sequence[${pythonType(type.of, 'types.')}]` : pythonType(type, 'types.');
}

function bodyType(body: Exclude<Body, { is: 'none' }>): string {
  if (body.is === 'json' || body.is === 'form') return pythonType(body.type, 'types.');
  if (body.is === 'lines') return argumentType({ is: 'list', of: body.of });
  return `${pythonType(body.merge, 'types.')} | ${pythonType(body.patch, 'types.')}`;
}

function parameterText({ name, description, ownProject }: Parameter): string[] {
  const [first = '', ...rest] = wrapped(`- \`${name}\`: ${description}${ownProject ? " Default: the client's own." : ''}`, 110);
  return [first, ...rest.map(line => `  ${line}`)];
}

function dictionary(parameters: readonly Parameter[]): string[] {
  if (parameters.length === 0) return ['            {},'];
  return ['            {', ...parameters.map(({ name }) => `                "${name}": ${name},`), '            },'];
}

function sending(answer: Answer): string {
  if (answer.is === 'lines') return answer.of === null ? 'raw_lines' : 'lines';
  return answer.is;
}

function answerType(id: string, answer: Answer, kind: Kind): string {
  switch (answer.is) {
    case 'nothing':
      return 'Answer[None]';
    case 'text':
      return 'Answer[str]';
    case 'json':
      return `Answer[${pythonType(answer.type, 'types.')}]`;
    case 'lines':
      return stream(answer.of === null ? 'str' : pythonType(answer.of, 'types.'), kind);
    default:
      return stream(`types.${pascal(id)}Frame`, kind);
  }
}

const stream = (of: string, kind: Kind): string => (kind === 'sync' ? `Generator[${of}, None, None]` : `AsyncGenerator[${of}, None]`);
