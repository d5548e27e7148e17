import type { JsonObject } from '../kind.ts';
import type { ObjectSchema } from '../schema.ts';

/**
 * A breaking change of one kind: the schema before it, and the way of a whole spec between the two forms.
 * A kind's own file knows its newest form alone, and only that form is stored; whoever asks in an older date
 * is checked and answered in the names of that date. `up(down(newest))` is `newest`, always.
 */
export interface Change {
  /** The API date at which the new form begins. */
  readonly date: string;
  /** The name of the kind it changes. */
  readonly kind: string;
  readonly summary: string;
  /** The schema before the change, from the one after it. */
  before(after: ObjectSchema<JsonObject>): ObjectSchema<JsonObject>;
  /** A spec that fits the schema before, in the new form. */
  up(spec: JsonObject): JsonObject;
  /** A spec of the new form, as it was before. */
  down(spec: JsonObject): JsonObject;
}
