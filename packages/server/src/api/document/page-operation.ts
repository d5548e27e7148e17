import { curlLine } from './curl-line.ts';
import { contentOf, textOf } from './document-parts.ts';
import { escaped, inline, prose } from './html.ts';
import { schemaTable, typeOf } from './page-schema.ts';
import type { Json } from './plain-schema.ts';

/** One operation on the page: what it is for, what it takes, a line to try it, what it answers. */
export function operationSection(path: string, method: string, operation: Json, resolve: (part: Json) => Json): string {
  const id = textOf(operation['operationId']);
  const parameters = ((operation['parameters'] ?? []) as Json[]).map(resolve);
  const body = operation['requestBody'] as Json | undefined;
  const answers = Object.entries(operation['responses'] as Readonly<Record<string, Json>>).map(([status, answer]) => [status, resolve(answer)] as const);
  const isError = ([, answer]: readonly [string, Json]): boolean => contentOf(answer)['application/problem+json'] !== undefined;
  return [
    `<section class="operation" id="${escaped(id)}">`,
    `<h3><a href="#${escaped(id)}">${inline(textOf(operation['summary']))}</a></h3>`,
    `<p class="address"><b class="${method}">${method.toUpperCase()}</b> <code>${escaped(path).replaceAll('/', '/<wbr>')}</code></p>`,
    prose(textOf(operation['description'])),
    parameters.length === 0 ? '' : parameterTable(parameters),
    body === undefined ? '' : Object.entries(contentOf(body)).map(([type, content]) => bodyPart(type, content)).join(''),
    `<h4>Try it</h4><pre>${escaped(curlLine(path, method, operation, parameters))}</pre>`,
    '<h4>Answers</h4>', ...answers.filter(answer => !isError(answer)).map(([status, answer]) => answerPart(status, answer)),
    `<details><summary>Errors</summary><dl>${answers.filter(isError).map(([status, answer]) => `<dt>${status}</dt><dd>${prose(textOf(answer['description']))}</dd>`).join('')}</dl></details>`,
    '</section>',
  ].join('\n');
}

function parameterTable(parameters: readonly Json[]): string {
  const rows = parameters.map(({ name, in: where, required, schema, description }) => {
    const place = `${textOf(where)}${required === true ? '' : ', optional'}`;
    return `<tr><td><code>${escaped(textOf(name))}</code> <small>${place}</small></td><td>${typeOf(schema as Json)}</td><td>${inline(textOf(description))}</td></tr>`;
  });
  return `<h4>Parameters</h4><div class="wide"><table><thead><tr><th>Name</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

const bodyPart = (type: string, content: Json): string =>
  `<h4>Body <small>${escaped(type)}</small></h4>${schemaTable(content['schema'] as Json)}<pre>${escaped(exampleText(content['example']))}</pre>`;

const exampleText = (example: unknown): string => (typeof example === 'string' ? example.trimEnd() : JSON.stringify(example, null, 2));

function answerPart(status: string, answer: Json): string {
  const headers = Object.keys((answer['headers'] ?? {}) as Json).map(name => `<code>${escaped(name)}</code>`).join(' ');
  const bodies = Object.entries(contentOf(answer)).map(([type, content]) => {
    const schema = content['schema'] as Json;
    // A named one has its table among the schemas.
    return `<p class="type">${escaped(type)}: ${typeOf(schema)}</p>${schema['$ref'] === undefined ? schemaTable(schema) : ''}`;
  });
  return `<div class="answer"><p><b>${status}</b> ${inline(textOf(answer['description']))}</p>${bodies.join('')}${headers === '' ? '' : `<p class="headers">Headers ${headers}</p>`}</div>`;
}
