import type { Kind } from '@miko/model';
import type { Operation } from '@miko/server';
import type { RuleId } from './rules.ts';
import type { World } from './world.ts';

/** One thing that must hold: the rule it proves, and how. Throws where it does not. */
export interface Case {
  readonly rule: RuleId;
  readonly name: string;
  /** It fills something to its brim, so it runs after everything else. */
  readonly last?: true;
  readonly run: (world: World) => Promise<void>;
}

/** Everything cases are made from: a kind among all kinds, with its declared operations. No case knows a kind by name. */
export interface Subject {
  readonly kind: Kind;
  readonly kinds: readonly Kind[];
  readonly operations: readonly Operation[];
}

export const prove = (rule: RuleId, name: string, run: (world: World) => Promise<void>): Case => ({ rule, name, run });

/** The operation of a kind by its verb. */
export function operationOf(operations: readonly Operation[], kind: Kind, verb: string): Operation {
  const found = operations.find(operation => operation.kind?.name === kind.name && operation.verb === verb);
  if (found === undefined) throw new Error(`no operation ${verb} is declared for ${kind.name}`);
  return found;
}
