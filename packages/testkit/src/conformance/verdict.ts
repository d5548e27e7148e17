import type { SdkResult } from './report.ts';
import { sdkNames, type SdkName } from './runner/sdks.ts';

/** Whether everything held: each scenario that was played, by whatever way of calling, and no SDK asked for by name was missing. */
export function isHeld(results: readonly SdkResult[], named: readonly SdkName[]): boolean {
  return results.every(({ name, missing, results }) => results.every(({ error }) => error === null) && (missing === null || !named.includes(name)));
}

/** Only a whole run in which all three SDKs held may replace the published table. */
export const isWorthPublishing = (results: readonly SdkResult[]): boolean => results.length === sdkNames.length && isHeld(results, sdkNames);

export interface Part {
  readonly sdks: readonly SdkName[];
  readonly only: readonly string[];
  readonly quick: boolean;
  readonly via: string | null;
}

/** What makes a run less than whole, as it was given; empty: it is whole. */
export function partial({ sdks, only, quick, via }: Part): readonly string[] {
  return [...(sdks.length < sdkNames.length ? ['--sdk'] : []), ...(only.length > 0 ? ['--only'] : []), ...(quick ? ['--quick'] : []), ...(via === null ? [] : ['--via'])];
}
