import type { Command } from 'commander';
import type { Call } from '../call.ts';

/** Turns a command's function into commander's action: it gets its call first, then arguments and flags. */
export type Act = <A extends readonly unknown[]>(run: (call: Call, ...args: A) => Promise<void>) => (this: Command, ...args: A) => Promise<void>;
