import type { Fault } from './fault.ts';

/** What may go wrong between the client and endpoints. */
export const callFaults: readonly Fault[] = [
  {
    name: 'retries calls that are not idempotent', file: 'call/request-terms.ts', fails: [
      'survive-no-hedge-for-post', 'survive-post-is-not-repeated', 'survive-caller-says-idempotent', 'survive-broken-post-is-told',
    ],
    find: 'repeatable: idempotent && canSendAgain,', replace: 'repeatable: canSendAgain,',
  },
  {
    name: 'sends a body again that is gone', file: 'call/request-terms.ts', fails: ['survive-one-way-body-is-sent-once'],
    find: 'repeatable: idempotent && canSendAgain,', replace: 'repeatable: idempotent,',
  },
  {
    name: 'retries without end', file: 'call/call.ts', fails: ['survive-caller-says-idempotent', 'survive-attempts-are-bounded'],
    find: 'if (this.#made >= policy.retry.attempts || list === null) return null;', replace: 'if (this.#made >= 10 || list === null) return null;',
  },
  {
    name: 'ignores the budget', file: 'survive/retry-budget.ts', fails: ['vectors-retry-budget', 'survive-hedge-is-an-attempt', 'survive-budget'],
    find: 'if (left < TOKEN) return false;', replace: '',
  },
  {
    name: 'charges refused connections to the budget', file: 'call/call.ts', fails: ['survive-refused-is-free'],
    find: "if (after.kind === 'refused' && elsewhere) return 0;", replace: "if (after.kind === 'refused' && elsewhere) return budget.take() ? 0 : null;",
  },
  {
    name: 'ignores Retry-After', file: 'balance/availability.ts', fails: [
      'vectors-panic', 'survive-retry-after-pauses', 'survive-retry-after-is-waited-for', 'survive-retry-after-too-long',
    ],
    find: "if ((kind === 'limited' || kind === 'overloaded') && outcome.retryAfterMs !== undefined) pause", replace: "if (kind === 'none') pause",
  },
  {
    name: 'ejects the last endpoint', file: 'survive/outlier.ts', fails: ['vectors-outlier', 'survive-never-ejects-the-last'],
    find: 'return ejected < most && othersAvailable > 0;', replace: 'return ejected < most;',
  },
  {
    name: 'ejects all that fail', file: 'survive/outlier.ts', fails: ['vectors-outlier', 'survive-ejects-a-share'],
    find: 'return ejected < most && othersAvailable > 0;', replace: 'return othersAvailable > 0;',
  },
  {
    name: 'never ejects', file: 'survive/outlier.ts', fails: [
      'vectors-outlier', 'survive-ejects', 'survive-ejects-a-share', 'survive-ejected-returns', 'survive-ejection-and-the-wall-clock',
    ],
    find: "if (host.failuresInRow >= policy.consecutiveFailures) eject(host, 'consecutive_failures', now);", replace: '',
  },
  {
    name: 'half open lets everybody in', file: 'survive/breaker.ts', fails: ['survive-breaker-one-probe'],
    find: "(this.#state === 'half_open' && !this.#isProbing)", replace: "this.#state === 'half_open'",
  },
  {
    name: 'takes quick refusals for quick answers', file: 'survive/outcome.ts', fails: ['vectors-p2c', 'vectors-zone', 'balance-p2c-flees-quick-refusals'],
    find: "return kind === 'limited' || isFailure(kind);", replace: 'return false;',
  },
  {
    name: 'hedges what must not be repeated', file: 'call/call.ts', fails: ['survive-no-hedge-for-post'],
    find: 'hedgeAfterMs !== null && repeatable)', replace: 'hedgeAfterMs !== null)',
  },
  {
    name: 'leaves the loser of a hedge running', file: 'call/call.ts', fails: ['survive-hedge'],
    find: "if (loser !== null) this.#drop(loser, 'cancelled');", replace: '',
  },
  {
    name: 'sends no Miko-Timeout-Ms', file: 'call/headers.ts', fails: ['survive-deadline-goes-along'],
    find: 'if (leftMs === null && traced === null) return given;', replace: 'if (traced === null) return given;',
  },
  {
    name: 'has no bound on its line', file: 'survive/bulkhead.ts', fails: ['survive-bulkhead'],
    find: 'if (waiters.size >= policy.maxQueue) throw', replace: 'if (waiters.size < 0) throw',
  },
  {
    name: 'cuts calls in flight of an endpoint that leaves', file: 'pool/service-pool.ts', fails: ['pool-leaving-lets-calls-end', 'pool-leaving-lets-bodies-end', 'pool-lists-change-under-load'],
    find: 'void settled(dispatcher.close()).then(() => leaving.delete(dispatcher));', replace: 'void settled(dispatcher.destroy()).then(() => leaving.delete(dispatcher));',
  },
  {
    name: 'leaves the zone to chance', file: 'balance/zone.ts', fails: ['vectors-zone', 'balance-own-zone-first', 'balance-zone-spills-over'],
    find: 'return registeredWeight === 0 ? 1 : Math.min(1, (OVERPROVISIONING * availableWeight) / registeredWeight);', replace: 'return 0.3;',
  },
  {
    name: 'lets fixed connections win', file: 'directory/fixed.ts', fails: ['fixed-miko-wins', 'fixed-not-before-miko', 'fixed-empty-by-intent', 'fixed-while-starting', 'fixed-moves-over'],
    find: 'return answer !== null && knows(answer, entry.hasMoved) ? answer : entry.answer;', replace: 'return entry.answer;',
  },
];
