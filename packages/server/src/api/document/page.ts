import { operationsIn, resolving, textOf, type Listed } from './document-parts.ts';
import { escaped, inline, prose } from './html.ts';
import { operationSection } from './page-operation.ts';
import { schemaTable } from './page-schema.ts';
import type { Json } from './plain-schema.ts';

/** An OpenAPI document of Miko's as one page: contents, operations by chapter, the schemas they speak of. ASCII, without script. */
export function page(document: Json, style: string): string {
  const { title, version, summary, description } = document['info'] as Json;
  const chapters = (document['tags'] as readonly Json[]).map(tag => ({ name: textOf(tag['name']), description: textOf(tag['description']), operations: chapterOf(document, textOf(tag['name'])) }));
  const resolve = resolving(document);
  const schemas = (document['components'] as Json)['schemas'] as Readonly<Record<string, Json>>;
  return [
    '<!doctype html>', '<html lang="en">', '<head>', '<meta charset="utf-8">', '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">', `<title>${escaped(textOf(title))} API ${escaped(textOf(version))}</title>`, `<style>${style}</style>`, '</head>', '<body>',
    '<a class="skip" href="#content">To the content</a>',
    '<nav aria-label="Contents">',
    ...chapters.map(({ name, operations }) => `<h2><a href="#chapter-${escaped(name)}">${escaped(wordsOf(name))}</a></h2>${contents(operations)}`),
    '<h2><a href="#schemas">schemas</a></h2></nav>',
    '<main id="content">', `<h1>${escaped(textOf(title))} API <small>${escaped(textOf(version))}</small></h1>`, `<p class="lead">${inline(textOf(summary))}</p>`, prose(textOf(description)),
    '<p>This page and <a href="/openapi.json">its OpenAPI document</a> are of the API date that the request came in.</p>',
    ...chapters.map(({ name, description: words, operations }) => [
      `<section id="chapter-${escaped(name)}"><h2>${escaped(wordsOf(name))}</h2>${prose(words)}${contents(operations)}`,
      ...operations.map(({ path, method, operation }) => operationSection(path, method, operation, resolve)), '</section>',
    ].join('\n')),
    '<section id="schemas"><h2>Schemas</h2>',
    ...Object.entries(schemas).map(([name, schema]) => `<section class="schema" id="schema-${escaped(name)}"><h3>${escaped(name)}</h3>${schemaTable(schema)}</section>`),
    '</section>', '</main>', '</body>', '</html>', '',
  ].join('\n');
}

const chapterOf = (document: Json, tag: string): Listed[] => operationsIn(document).filter(({ operation }) => (operation['tags'] as readonly string[]).includes(tag));

/** Beside the text where there is room, else at the head of each chapter: the style shows one of the two. */
const contents = (operations: readonly Listed[]): string => `<ul class="contents">${operations.map(contentsLine).join('')}</ul>`;

const contentsLine = ({ method, operation }: Listed): string =>
  `<li><a href="#${escaped(textOf(operation['operationId']))}"><b class="${method}">${method.toUpperCase()}</b> ${inline(textOf(operation['summary']))}</a></li>`;

const wordsOf = (name: string): string => name.replaceAll('_', ' ');
