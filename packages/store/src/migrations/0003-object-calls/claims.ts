/** Keys of calls: what is locked while one runs, and the end of what was kept. */

// The number of the advisory lock: one key of one credential. A chance in 2^64 that two share it, and then one waits for nothing.
export const claimKey = `create function miko_claim_key(credential text, key text) returns bigint language sql immutable as
  $$ select hashtextextended(credential || ' ' || key, 1835625327) $$`;

export const pruneClaims = `create function miko_prune_claims(most int) returns bigint language plpgsql as $$
declare pruned bigint; oldest timestamptz;
begin
  oldest := clock_timestamp() - interval '24 hours';
  delete from idempotency where ctid = any (array(select ctid from idempotency where kept_at < oldest order by kept_at limit most));
  get diagnostics pruned = row_count;
  return pruned;
end $$`;
