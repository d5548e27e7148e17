import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRetryBudget } from './retry-budget.ts';

test('full at first, a call adds its part, a repetition takes one, and there is never more than the bucket holds', () => {
  const budget = createRetryBudget({ budgetTokens: 2, budgetRatio: 0.2 });
  budget.call();
  expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
  for (let i = 0; i < 4; i += 1) budget.call();
  expect(budget.take()).toBe(false);
  budget.call();
  expect([budget.take(), budget.tokens()]).toEqual([true, 0]);
});

test('ten tenths are one', () => {
  const budget = createRetryBudget({ budgetTokens: 1, budgetRatio: 0.1 });
  budget.take();
  for (let i = 0; i < 10; i += 1) budget.call();
  expect(budget.take()).toBe(true);
});

test('no budget, no repetition', () => {
  const budget = createRetryBudget({ budgetTokens: 0, budgetRatio: 100 });
  budget.call();
  expect(budget.take()).toBe(false);
});

test('however calls and repetitions alternate, there are at most `tokens + ratio × calls` of the latter', () => {
  const policies = fc.record({ budgetTokens: fc.integer({ min: 0, max: 50 }), budgetRatio: fc.double({ min: 0, max: 2, noNaN: true }) });
  fc.assert(
    fc.property(policies, fc.array(fc.boolean(), { maxLength: 500 }), (policy, steps) => {
      const budget = createRetryBudget(policy);
      let [calls, repetitions] = [0, 0];
      for (const isCall of steps) {
        if (isCall) {
          budget.call();
          calls += 1;
        } else if (budget.take()) {
          repetitions += 1;
        }
      }
      expect(repetitions).toBeLessThanOrEqual(policy.budgetTokens + policy.budgetRatio * calls + 0.001);
    }),
  );
});
