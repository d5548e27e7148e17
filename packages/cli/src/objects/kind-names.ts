import { pluralOf, type Kind } from '@miko/model';
import { usage, type Failure } from '../failure.ts';
import { didYouMean } from '../nearest-name.ts';

/** As people write a kind: `endpoint_override`, `endpoint-override`, `endpoint-overrides`, `endpoint_overrides`, in any case. */
export function kindNamed<K extends Pick<Kind, 'name'>>(kinds: readonly K[], text: string): K {
  const wanted = text.toLowerCase().replaceAll('_', '-');
  const found = kinds.find(kind => kindWord(kind) === wanted || pluralOf(kind) === wanted);
  if (found === undefined) throw unknownKind(kinds, text);
  return found;
}

/** The same of what the record tells of: kinds, endpoints and sessions. Its name there. */
export const recordedKind = (kinds: readonly Kind[], text: string): string => kindNamed([...kinds, { name: 'endpoint' }, { name: 'session' }], text).name;

/** The word that help and suggestions use: `endpoint-override`. */
export const kindWord = (kind: Pick<Kind, 'name'>): string => kind.name.replaceAll('_', '-');

/** A name that an example of the kind may bear. */
export const exampleName = (kind: Kind, kinds: readonly Kind[]): string => kind.names?.(kinds)[0] ?? `${kindWord(kind)}-1`;

function unknownKind(kinds: readonly Pick<Kind, 'name'>[], text: string): Failure {
  const hints = [...didYouMean(text.replaceAll('_', '-'), kinds.flatMap(kind => [kindWord(kind), pluralOf(kind)])), `There are: ${kinds.map(kindWord).join(', ')}.`];
  if (/^endpoints?$/i.test(text)) hints.push('Endpoints are registered, not created: miko endpoints, miko register, miko watch.');
  return usage(`There is no kind ${JSON.stringify(text)}`, ...hints);
}
