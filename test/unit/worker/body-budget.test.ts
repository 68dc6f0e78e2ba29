/** The room of all bodies under way, and its two shares. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BodyBudget, type BodyShare } from '../../../src/worker/http/body-budget.ts';

test('others fill half of it at most, and what they leave is for own callers', () => {
  const budget = new BodyBudget();
  expect(budget.take(51, 'others', 100)).toBe(false);
  expect(budget.take(50, 'others', 100)).toBe(true);
  expect(budget.take(1, 'others', 100)).toBe(false);
  expect(budget.take(51, 'own', 100)).toBe(false);
  expect(budget.take(50, 'own', 100)).toBe(true);
  budget.give(50, 'others');
  expect(budget.take(50, 'own', 100)).toBe(true);
  expect(budget.take(1, 'others', 100)).toBe(false);
});

test('whatever is taken and given back, neither bound is ever passed', () => {
  const step = fc.record({
    bytes: fc.nat(60),
    share: fc.constantFrom<BodyShare>('own', 'others'),
    gives: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const budget = new BodyBudget();
      const held: { bytes: number; share: BodyShare }[] = [];
      const sum = (share?: BodyShare) =>
        held.reduce((all, one) => all + (share === undefined || one.share === share ? one.bytes : 0), 0);
      for (const { bytes, share, gives } of steps) {
        const last = gives ? held.pop() : undefined;
        if (last !== undefined) budget.give(last.bytes, last.share);
        else {
          const fits = sum() + bytes <= 100 && (share === 'own' || sum('others') + bytes <= 50);
          expect(budget.take(bytes, share, 100)).toBe(fits);
          if (fits) held.push({ bytes, share });
        }
      }
    }),
  );
});
