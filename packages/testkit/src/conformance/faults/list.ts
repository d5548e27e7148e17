import { callFaults } from './calls.ts';
import { directoryFaults } from './directory.ts';
import type { Fault } from './fault.ts';

/** What is broken, one at a time. Each has to fail exactly the scenarios meant for it. */
export const faults: readonly Fault[] = [...directoryFaults, ...callFaults];
