import type { Operation } from '../operation.ts';
import type { Json } from './plain-schema.ts';

/**
 * From what makes something to what can be done with it: the operations on the address of one of the collection.
 * An object is found by its name, a record by its id; both stand in the answer.
 */
export function linksOf(maker: Operation, operations: readonly Operation[]): Json {
  if (maker.method !== 'POST' || !maker.answers.some(({ status }) => status === 201)) return {};
  const here = [...maker.path.matchAll(/\{(\w+)\}/g)].map(match => match[1]!);
  const links = operations.flatMap(({ id, path, summary }) => {
    const parameter = path.startsWith(`${maker.path}/`) ? /^\{(\w+)\}$/.exec(path.slice(maker.path.length + 1))?.[1] : undefined;
    if (parameter === undefined) return [];
    const parameters = { ...Object.fromEntries(here.map(name => [name, `$request.path.${name}`])), [parameter]: `$response.body#/${maker.kind === null ? 'id' : 'name'}` };
    return [[id, { operationId: id, description: `${summary}.`, parameters }] as const];
  });
  return links.length === 0 ? {} : { links: Object.fromEntries(links.sort(([a], [b]) => (a < b ? -1 : 1))) };
}
