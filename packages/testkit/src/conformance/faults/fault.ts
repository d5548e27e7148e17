/** One thing of the TypeScript SDK broken on purpose: a piece of its source, found exactly once, and what stands there instead. */
export interface Fault {
  readonly name: string;
  /** Of `packages/client/src`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** The scenarios, and files of vectors, that must fail with it; all others must hold. */
  readonly fails: readonly string[];
}
