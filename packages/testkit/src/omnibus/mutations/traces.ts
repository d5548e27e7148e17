import type { Mutation } from './mutation.ts';

const sql = 'store/src/migrations/0003-object-calls/objects.ts';
const hub = 'server/src/directory/object-hub.ts';

/** What a change leaves behind. */
export const traceMutations: readonly Mutation[] = [
  {
    name: 'revision bump', file: sql, rules: ['match-stale', 'replace'],
    find: "set spec = document->'spec', revision = number + 1", replace: "set spec = document->'spec', revision = case when operation = 'update' then o.revision else number + 1 end",
  },
  {
    name: 'audit row', file: sql, rules: ['audit'],
    find: 'number := number + 1;', replace: "number := number + 1; if operation = 'delete' then outcome := 'written'; revision := number; return next; continue; end if;",
  },
  {
    name: 'audit row: who', file: sql, rules: ['audit'],
    find: "w->>'actor', w->>'requestId', w->>'credential'", replace: "'somebody', w->>'requestId', w->>'credential'",
  },
  {
    name: 'audit row: what changed', file: sql, rules: ['audit'],
    find: "case when operation = 'update' then array(select jsonb_array_elements_text(w->'changed')) end", replace: "'{}'::text[]",
  },
  {
    name: 'event', file: hub, rules: ['event'],
    find: 'if (!topic.shows(change.object)) continue;', replace: 'if (change.deleted) continue;',
  },
  {
    name: 'an event for each change', file: hub, rules: ['event'],
    find: 'const step = topic.take(change);', replace: 'const step = topic.take(change); for (const watcher of this.#watchers.get(topic)!) this.#tell(watcher, step);',
  },
  {
    name: 'watch order', file: hub, rules: ['watch-order'],
    find: 'if (!watcher.isBehind) watcher.isBehind = !this.#tell(watcher, step);',
    replace: 'setTimeout(() => this.#tell(watcher, step), step.revision % 2 === 0 ? 50 : 0);',
  },
  {
    name: 'watch resume', file: hub, rules: ['watch-resume'],
    find: 'reader.revision = since;', replace: 'reader.revision = since + 1;',
  },
  {
    name: 'a cursor of one stream alone', file: 'server/src/directory/cursor.ts', rules: ['watch-snapshot'],
    find: '|| match[3] !== subscription', replace: '',
  },
  {
    name: 'refusals are recorded', file: 'server/src/api/pipeline.ts', rules: ['audit-refusals'],
    find: "if (problem.code === 'unauthenticated' || problem.code === 'denied' || isHidden) pipeline.refused", replace: 'if (false) pipeline.refused',
  },
];
