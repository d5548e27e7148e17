import type { RuleId } from '../rules.ts';

/** One thing of Miko switched off: a piece of its source, found exactly once, and what stands there instead. */
export interface Mutation {
  readonly name: string;
  /** Of a package, as `server/src/api/pipeline.ts`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** The rules that should notice; their cases run first. */
  readonly rules: readonly RuleId[];
}
