import type { ObjectSchema, Schema } from '@miko/model';
import type { DeclaredAnswer } from './operation.ts';

/** Declares a JSON answer that is the same at every API date. */
export const answered = (status: number, description: string, schema: Schema | null, more: Pick<DeclaredAnswer, 'headers' | 'mediaType'> = {}): DeclaredAnswer =>
  ({ status, description, schema: () => schema, ...more });

/** Gives a schema a name of its own in the document, by which generated clients call its type. */
export const titled = <T>(title: string, schema: ObjectSchema<T>): ObjectSchema<T> => ({ ...schema, title });
