/** The input of the vector `balance`, as in README.md. */
export interface BalanceInput {
  readonly policy: Readonly<Record<string, unknown>>;
  readonly list: readonly Listed[];
  readonly own_zone: string | null;
  readonly owner: string;
  readonly random: readonly number[];
  readonly steps: readonly BalanceStep[];
}

export interface Listed {
  readonly instance: string;
  readonly weight: number;
  readonly zone: string | null;
  readonly health?: string;
  readonly id?: string;
}

export type BalanceStep =
  | { readonly op: 'pick'; readonly now: number; readonly hash_key: string | null; readonly exclude: readonly string[] }
  | { readonly op: 'report'; readonly pick: number; readonly kind: string; readonly rtt: number; readonly retry_after_ms: number | null; readonly now: number }
  | { readonly op: 'list'; readonly list: readonly Listed[]; readonly now: number };
