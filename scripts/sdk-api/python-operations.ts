import type { Api, Operation } from './api.ts';
import { pythonHead } from './python-types.ts';

/** How each operation looks on the wire, for both clients. */
export function pythonOperationsModule(api: Api): string {
  return [
    ...pythonHead(api, 'How each operation looks on the wire.'),
    'from __future__ import annotations',
    '',
    'from miko.api._operation import Operation',
    '',
    '#: The API date that the operations speak.',
    `API_DATE = "${api.date}"`,
    ...api.operations.flatMap(operation => ['', `${operation.id.toUpperCase()} = Operation(`, ...wire(operation).map(line => `    ${line},`), ')']),
    '',
  ].join('\n');
}

function wire({ method, path, parameters, body, alsoAnswers }: Operation): string[] {
  const query = parameters.filter(one => one.in === 'query');
  const repeated = query.filter(one => one.repeated && one.type.is === 'list');
  const headers = parameters.filter(one => one.in === 'header');
  return [
    `method="${method}"`,
    `path="${path}"`,
    ...(parameters.some(({ ownProject }) => ownProject) ? ['own_project=True'] : []),
    ...(query.length === 0 ? [] : [`query=${tuple(query.map(({ name }) => name))}`]),
    ...(repeated.length === 0 ? [] : [`repeated=${tuple(repeated.map(({ name }) => name))}`]),
    ...(headers.length === 0 ? [] : [`headers={${headers.map(({ name, wire }) => `"${name}": "${wire}"`).join(', ')}}`]),
    ...(body.is === 'none' ? [] : [`body="${body.is}"`]),
    ...(alsoAnswers.length === 0 ? [] : [`also_answers=${tuple(alsoAnswers)}`]),
  ];
}

const tuple = (values: readonly (string | number)[]): string => `(${values.map(value => JSON.stringify(value)).join(', ')}${values.length === 1 ? ',' : ''})`;
