import { bool, choice, int, list, object, text, type Kind, type Schema } from '@miko/model';
import { objectSchema } from '../objects/schemas.ts';

/** Frames of the stream of a kind's objects: `data` by `event`. After `error` (a problem) the stream ends. */
export function objectFrameSchema(kind: Kind, apiDate: string): Schema {
  const shown = objectSchema(kind, apiDate);
  const gone = object({ id: text({ max: 64 }), name: text({ max: 63 }) });
  return choice('event', {
    snapshot: { data: object({ revision, items: list(shown, { max: MOST_ITEMS }), more: bool({ description: 'The rest of the snapshot follows' }) }) },
    delta: { data: object({ revision, items: object({ set: list(shown, { max: MOST_ITEMS, description: 'New or changed, whole' }), gone: list(gone, { max: MOST_ITEMS }) }) }) },
    bookmark: { data: object({ revision }) },
    error: { data: { type: 'object', description: 'A problem, as errors are answered' } },
  });
}

/** Of one part of a snapshot, and of one change. */
const MOST_ITEMS = 500;
const revision = int({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Everything up to it is told' });
