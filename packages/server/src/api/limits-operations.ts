import { int, list, nullable, object, OBJECT_NAME, oldestApiDate, permit, pluralOf, text, type Action, type Kind, type QuotaSpec } from '@miko/model';
import { json } from './call.ts';
import { absent, type ObjectHost } from './objects/object-host.ts';
import { defineEndpoint, noProject, type Operation } from './operation.ts';

const action: Action = { name: 'limit.read', role: 'reader' };

const limit = object({
  kind: text({ max: 63, description: 'The kind that is counted' }),
  project: nullable(text({ max: 63, pattern: OBJECT_NAME, description: 'Where; null: in the fleet' })),
  used: int({ min: 0, max: 10_000_000, description: 'How many there are' }),
  most: int({ min: 0, max: 10_000_000, description: 'How many there may be' }),
  default: int({ min: 0, max: 10_000_000, description: 'How many there may be where no quota says otherwise' }),
  body_bytes: int({ min: 0, max: 10_000_000, description: 'How large the body of a write may be' }),
});

/** What is used of each bound: those of the fleet, or with `project` those of one project. */
export function limitsOperations(kinds: readonly Kind[], host: ObjectHost): Operation[] {
  return [
    defineEndpoint({
      id: 'limits_list', verb: 'list', method: 'GET', path: '/v1/limits', action, since: oldestApiDate, summary: 'List how many objects there are and may be, by kind',
      query: { project: 'text' }, project: (_params, actor) => actor.project,
      answers: [{ status: 200, description: 'Every kind that lies there', schema: () => answer }], errors: ['not_found'],
      run({ query, actor }) {
        // Whoever is bound to a project is told of that one: what the fleet holds is not its business.
        const asked = (query['project'] as string | undefined) ?? actor.project;
        const project = asked === null ? null : host.object('project', null, asked);
        if (asked !== null && permit(actor, action, { project: project?.name ?? asked }) !== 'allow') throw noProject();
        if (asked !== null && project === null) throw absent(kinds.find(({ name }) => name === 'project')!, asked);
        const here = kinds.filter(kind => (kind.parent === null) === (project === null) && permit(actor, { name: `${kind.name}.read`, role: kind.access.read }, { project: project?.name ?? null }) === 'allow');
        return json(200, { items: here.map(kind => limitOf(kind, project?.name ?? null, host)) });
      },
    }),
  ];
}

const answer = object({ items: list(limit, { max: 1_000 }) });

function limitOf(kind: Kind, project: string | null, host: ObjectHost) {
  const quota = project === null ? null : (host.object('quota', project, pluralOf(kind))?.spec as QuotaSpec | undefined);
  return {
    kind: kind.name, project, used: host.objects.of(kind.name, project).size, most: quota?.most ?? kind.limits.perParent,
    default: kind.limits.perParent, body_bytes: kind.limits.bodyBytes,
  };
}
