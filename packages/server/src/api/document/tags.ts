import type { Operation } from '../operation.ts';
import type { Json } from './plain-schema.ts';

/** The chapters of the document: one for each kind, and those of what is no object. */
export const tagOf = ({ kind, id }: Operation): string => kind?.name ?? chapters.find(({ ids }) => ids.test(id))?.name ?? 'process';

/** Those that have an operation, kinds first, by name. */
export function tagsOf(operations: readonly Operation[]): Json[] {
  const kinds = new Map(operations.flatMap(({ kind }) => (kind === null ? [] : [[kind.name, `${kind.summary}.`] as const])));
  const used = new Set(operations.map(tagOf));
  return [
    ...[...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, description]) => ({ name, description })),
    ...chapters.filter(({ name }) => used.has(name)).map(({ name, description }) => ({ name, description })),
  ];
}

const chapters: readonly { readonly name: string; readonly description: string; readonly ids: RegExp }[] = [
  { name: 'endpoints', description: 'The directory: who answers, where, in which state.', ids: /^(endpoint|service)_/ },
  { name: 'sessions', description: 'What a running process holds; its endpoints stay listed by its renewals.', ids: /^session_/ },
  { name: 'limits', description: 'How much of each kind there is, and may be.', ids: /^limit/ },
  { name: 'audit', description: 'Who did what, from where, and what was refused.', ids: /^(audit|archive)/ },
  { name: 'ainari', description: 'What the SDKs of ainari ask for, as they ask for it.', ids: /^ainari_/ },
  { name: 'process', description: 'This Miko itself.', ids: /^/ },
];
