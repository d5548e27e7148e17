import { apiDates, isKnownAt, newestApiDate, specDown, specSchemaAt, type Kind } from '@miko/model';
import type { Call } from '../../call.ts';
import { usage } from '../../failure.ts';
import { didYouMean } from '../../nearest-name.ts';
import { explainedKind, fieldsText, kindText, type KindForm } from '../../objects/kind-text.ts';
import { kindNamed, kindWord } from '../../objects/kind-names.ts';
import { renderTable } from '../../table.ts';

export interface ExplainFlags {
  readonly apiDate?: string;
}

/** What a kind is, or one of its fields (`service.spec.labels`), from its schema; needs no Miko. */
export async function explainKind(call: Call, what: string | undefined, flags: ExplainFlags): Promise<void> {
  const kinds = await call.kinds();
  if (what === undefined) return explainAll(call, kinds);
  const [word = '', ...steps] = what.split('.');
  const kind = kindNamed(kinds, word);
  const explained = explainedKind(kind, kinds, formAt(kind, flags.apiDate ?? newestApiDate));
  if (steps.length === 0) {
    call.output.result({ text: () => kindText(explained), document: explained, lines: [explained] });
    return;
  }
  // `service.labels` and `service.spec.labels` alike.
  const path = steps[0] === 'spec' || steps[0] === 'status' ? steps.join('.') : ['spec', ...steps].join('.');
  const fields = explained.fields.filter(field => field.path === path || field.path.startsWith(`${path}.`));
  if (fields.length === 0) {
    const known = explained.fields.map(field => field.path);
    throw usage(`A ${kind.name} has no field ${path}`, ...didYouMean(path, known), `Fields: ${known.join(', ')}.`);
  }
  call.output.result({ text: () => fieldsText(fields), document: { kind: kind.name, fields }, lines: fields });
}

function explainAll(call: Call, kinds: readonly Kind[]): void {
  const rows = kinds.map(kind => ({ kind: kindWord(kind), parent: kind.parent?.name ?? null, summary: kind.summary }));
  const text = (): string => renderTable(['KIND', 'LIES IN', 'WHAT IT IS'], rows.map(row => [row.kind, row.parent ?? 'fleet', row.summary]));
  call.output.result({ text, document: { kinds: rows }, lines: rows });
  call.output.note('One of them: miko explain KIND. One endpoint: miko explain endpoint SERVICE/INSTANCE.');
}

function formAt(kind: Kind, apiDate: string): KindForm {
  if (!apiDates.some(date => date === apiDate)) throw usage(`There is no API date ${apiDate}`, `There are: ${apiDates.join(', ')}.`);
  if (!isKnownAt(kind, apiDate)) throw usage(`There was no ${kind.name} at the API date ${apiDate}`, `It begins with ${kind.since}.`);
  return { apiDate, schema: specSchemaAt(kind, apiDate), example: specDown(kind, apiDate, kind.example(1)) };
}
