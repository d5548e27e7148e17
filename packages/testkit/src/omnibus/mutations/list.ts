import { objectMutations } from './objects.ts';
import type { Mutation } from './mutation.ts';
import { requestMutations } from './requests.ts';
import { traceMutations } from './traces.ts';

/** What is switched off, one at a time. Each has to be noticed. */
export const mutations: readonly Mutation[] = [...requestMutations, ...objectMutations, ...traceMutations];
