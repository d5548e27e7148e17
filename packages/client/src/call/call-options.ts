/** What one call may say for itself; what it leaves out is the service's policy. */
export type CallOptions = {
  /** To the head of the answer, over all attempts, 1 to 86,400,000; null: no limit. Default: the policy's `timeoutMs`, 30,000. */
  readonly timeoutMs?: number | null | undefined;
  /**
   * After so long without a head, a second attempt goes to another endpoint, 1 to 3,600,000; null: never. Only for
   * repeatable calls. Default: the policy's `hedgeAfterMs`, null.
   */
  readonly hedgeAfterMs?: number | null | undefined;
  /** With `consistent_hash`: equal keys go to the same endpoint. At most 1,024 characters; default none. */
  readonly hashKey?: string | undefined;
  /** Whether the call may be made twice. By default its method and an `Idempotency-Key` decide (RFC 9110, 9.2.2). */
  readonly idempotent?: boolean | undefined;
};
