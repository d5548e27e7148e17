import type { Change } from './change.ts';
import { endpointOverrideState } from './endpoint-override-state.ts';

/** Every breaking change there was, in the order of their dates. */
export const changes: readonly Change[] = [endpointOverrideState];
