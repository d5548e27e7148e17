/** What one call may say for itself; what it leaves out is the service's policy. */
export type CallOptions = {
  /** To the head of the answer, over all attempts; null: no limit. */
  readonly timeoutMs?: number | null | undefined;
  /** After so long without a head, a second attempt goes to another endpoint; null: never. Only for repeatable calls. */
  readonly hedgeAfterMs?: number | null | undefined;
  /** With `consistent_hash`: equal keys go to the same endpoint. */
  readonly hashKey?: string | undefined;
  /** Whether the call may be made twice. By default its method and an `Idempotency-Key` decide (RFC 9110, 9.2.2). */
  readonly idempotent?: boolean | undefined;
};
