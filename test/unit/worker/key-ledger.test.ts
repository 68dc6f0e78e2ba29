import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NANO } from '../../../src/worker/ledger/limits.ts';
import { STATUS, type Sum } from '../../../src/worker/ledger/store.ts';
import { addSums } from '../../../src/worker/ledger/sums.ts';
import { chatCall, DIGEST, NOON, STORES, TARGET, TestLedger } from '../../support/ledger.ts';

/** 100 bytes of prompt and 1,000 tokens of answer, in nano-dollars. */
const HOLD = 100 * 1000 + 1000 * 2000;
const dollars = (amount: number) => ({
  budget: { unit: 'usd', amount: Math.round(amount * NANO), period: 'day' } as const,
});

describe.each(STORES)('a ledger %s', (_, stores) => {
  test('admits what fits, and no more, however many ask at once', () => {
    const key = new TestLedger(stores(), dollars((5 * HOLD) / NANO));
    const answers = Array.from({ length: 200 }, () => key.reserve());
    const admitted = answers.filter(({ answer }) => answer.kind === 'admitted');
    expect(admitted.length).toBe(5);
    expect(key.budget.held).toBeLessThanOrEqual(key.budget.amount);
    const refused = answers.find(({ answer }) => answer.kind === 'refused');
    expect(refused?.answer).toMatchObject({ reason: 'held', hold: HOLD });
    for (const { id } of admitted) key.settle(id);
    expect(key.budget).toMatchObject({ spent: 100_000, held: 0 });
  });

  test('keeps holds and bookings over a restart', () => {
    const key = new TestLedger(stores(), dollars(1));
    const [first, second] = [key.reserve(), key.reserve()];
    key.settle(first.id);
    key.ledger.flush();
    key.restart();
    expect(key.budget).toMatchObject({ spent: 20_000, held: HOLD });
    key.settle(second.id);
    key.ledger.flush();
    key.restart();
    expect(key.budget).toMatchObject({ spent: 40_000, held: 0 });
  });

  test('books the end of a call once, also where its beginning was lost', () => {
    const key = new TestLedger(stores(), dollars(1));
    const { id } = key.reserve();
    // Nothing was written: the process died.
    key.restart();
    expect(key.budget).toMatchObject({ spent: 0, held: 0 });
    for (let times = 0; times < 3; times++) key.settle(id);
    key.ledger.flush();
    key.settle(id);
    expect(key.budget).toMatchObject({ spent: 20_000, held: 0 });
    expect(key.ledger.rows('', 'g', 10)).toHaveLength(1);
  });

  test('holds nothing for a call whose end has come before its beginning', () => {
    const key = new TestLedger(stores(), dollars(1));
    const id = '0000000000010';
    key.settle(id, { cost: 0 });
    key.ledger.flush();
    const late = () => key.ledger.reserve({ id, at: NOON, digest: DIGEST, call: chatCall() }, key.now);
    expect(late().kind).toBe('refused');
    // Also where the beginning comes to an object that was started in between, or long after that.
    key.restart();
    expect(late().kind).toBe('refused');
    key.now += 60_000;
    expect(late().kind).toBe('refused');
    expect(key.budget.held).toBe(0);
  });

  test('books an orphan at its whole hold, and corrects that once', () => {
    const key = new TestLedger(stores(), dollars(1));
    const { id } = key.reserve();
    key.ledger.flush();
    key.restart();
    key.now += 899_000;
    key.ledger.loseOrphans(key.now);
    expect(key.budget).toMatchObject({ spent: 0, held: HOLD });
    key.now += 2000;
    key.ledger.loseOrphans(key.now);
    expect(key.budget).toMatchObject({ spent: HOLD, held: 0 });
    key.ledger.flush();
    key.settle(id, { at: NOON });
    key.settle(id, { at: NOON });
    expect(key.budget.spent).toBe(20_000);
    expect(key.ledger.rows('', 'g', 10)).toMatchObject([{ status: STATUS.whole, cost: 20_000 }]);
  });

  test('keeps the hold of a call that gives a sign', () => {
    const key = new TestLedger(stores(), dollars(1));
    const { id } = key.reserve();
    key.now += 800_000;
    expect(key.ledger.extend(id, key.now)).toBe(false);
    key.now += 800_000;
    key.ledger.loseOrphans(key.now);
    expect(key.budget.held).toBe(HOLD);
  });

  test('moves what a failed attempt may have cost to the bookings before it holds anew', () => {
    const key = new TestLedger(stores(), dollars((2.5 * HOLD) / NANO));
    const { id, answer } = key.reserve();
    const bound = answer.kind === 'admitted' ? answer.bounds[0] : undefined;
    if (bound === undefined) throw new Error('Not admitted.');
    const failed = { prompt: 100, completion: 1000, cost: HOLD };
    expect(key.next(id, failed, bound)).toBe(true);
    expect(key.budget).toMatchObject({ spent: HOLD, held: HOLD });
    expect(key.next(id, failed, bound)).toBe(false);
    expect(key.budget).toMatchObject({ spent: 2 * HOLD, held: 0 });
    key.settle(id, { cost: 0, prompt: 0, completion: 0 });
    expect(key.budget.spent).toBe(2 * HOLD);
    expect(key.ledger.rows('', 'g', 10)).toMatchObject([{ cost: 2 * HOLD, completion: 2000, estimated: 1 }]);
  });

  test.each([
    ['usd', 1 * NANO],
    ['tokens', 10_000],
  ] as const)(
    'a lost call that is settled after all keeps its failed attempt booked, in %s',
    (unit, amount) => {
      const key = new TestLedger(stores(), { budget: { unit, amount, period: 'day' } });
      const { id } = key.reserve();
      const bound = { prompt: 100, completion: 50, cost: 200_000, promptCost: 100_000, limit: null };
      expect(key.next(id, { prompt: 100, cost: 7000 }, bound)).toBe(true);
      const { spent } = key.budget;
      key.now += 1_000_000;
      key.ledger.loseOrphans(key.now);
      key.settle(id, { at: NOON });
      expect(key.budget).toMatchObject({ spent: spent + (unit === 'usd' ? 20_000 : 15), held: 0 });
      const [row] = key.ledger.rows('', 'g', 1);
      expect(row).toMatchObject({ charge: key.budget.spent, cost: 27_000, prompt: 110 });
    },
  );

  test('keeps an unknown cost of a failed attempt unknown, also where its beginning was lost', () => {
    const key = new TestLedger(stores(), {});
    const bound = { prompt: 100, completion: 50, cost: null, promptCost: null, limit: null };
    for (const isForgotten of [false, true]) {
      const { id } = key.reserve();
      expect(key.next(id, { prompt: 100, cost: null }, bound)).toBe(true);
      if (isForgotten) key.restart();
      key.settle(id);
      key.ledger.flush();
    }
    const rows = key.ledger.rows('', 'g', 10);
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row).toMatchObject({ cost: null, prompt: 110, estimated: 1 });
  });

  test('a lost call costs what nobody knows where its key has no budget in money', () => {
    const key = new TestLedger(stores(), {});
    const bound = { prompt: 100, completion: 50, cost: 5, promptCost: 5, limit: null };
    const { id } = key.reserve();
    key.next(id, { cost: 7000 }, bound);
    key.now += 1_000_000;
    key.ledger.loseOrphans(key.now);
    expect(key.ledger.rows('', 'g', 10)).toMatchObject([{ status: STATUS.lost, cost: null }]);
    key.settle(id, { at: NOON });
    expect(key.ledger.rows('', 'g', 10)).toMatchObject([{ status: STATUS.whole, cost: 27_000 }]);
  });

  test('a lost call of a budget in tokens has its hold in its row, and is corrected in a budget of another unit', () => {
    const key = new TestLedger(stores(), { budget: { unit: 'tokens', amount: 10_000, period: 'day' } });
    const { id } = key.reserve();
    key.now += 1_000_000;
    key.ledger.loseOrphans(key.now);
    expect(key.ledger.rows('', 'g', 10)).toMatchObject([{ completion: 1100, charge: 1100 }]);
    const { profile } = key.ledger;
    if (profile === undefined) throw new Error('There is no key.');
    const limits = { ...profile.limits, ...dollars(1) };
    key.ledger.save({ ...profile, limits }, key.now);
    key.settle(id, { at: NOON });
    expect(key.budget).toMatchObject({ spent: 20_000, held: 0 });
  });

  test('begins a period anew, and books a call where it began', () => {
    const key = new TestLedger(stores(), dollars((1.5 * HOLD) / NANO));
    const { id } = key.reserve();
    key.now += 13 * 3_600_000;
    expect(key.budget).toMatchObject({ spent: 0, held: 0 });
    expect(key.reserve().answer.kind).toBe('admitted');
    key.settle(id, { at: NOON });
    expect(key.budget).toMatchObject({ spent: 0, held: HOLD });
  });

  test('allows no more in any sixty seconds than the limits a minute, over restarts', () => {
    const key = new TestLedger(stores(), { rpm: 5, tpm: 100_000 });
    const burst = () =>
      Array.from({ length: 10 }, () => key.reserve().answer.kind).filter((kind) => kind === 'admitted');
    expect(burst()).toHaveLength(5);
    key.ledger.flush();
    key.now += 30_000;
    key.restart();
    expect(burst()).toHaveLength(0);
    key.now += 30_001;
    expect(burst()).toHaveLength(5);
  });

  test('refuses for good what alone is larger than a minute', () => {
    const key = new TestLedger(stores(), { tpm: 500 });
    expect(key.reserve(chatCall({ bytes: 600 })).answer).toMatchObject({ reason: 'too_large' });
  });

  test('tells its sums in numbered parcels, corrections included', () => {
    const key = new TestLedger(stores(), dollars(1));
    const told: Record<string, Sum> = {};
    const take = () => {
      const parcel = key.ledger.parcel();
      if (parcel === undefined) return 0;
      for (const [bucket, sum] of Object.entries(parcel.sums)) told[bucket] = addSums(told[bucket], sum);
      key.ledger.told(parcel.number);
      key.ledger.flush();
      return parcel.number;
    };
    const [lost, whole] = [key.reserve(), key.reserve()];
    key.settle(whole.id);
    expect(take()).toBe(1);
    key.now += 1_000_000;
    key.ledger.loseOrphans(key.now);
    expect(take()).toBe(2);
    key.restart();
    key.settle(lost.id, { at: NOON });
    expect(take()).toBe(3);
    expect(take()).toBe(0);
    const total = Object.values(told).reduce((sum, each) => addSums(sum, each));
    expect(total).toMatchObject({ requests: 2, cost: 40_000, estimated: 0 });
  });

  test('prices a row once, however often it is asked to, and never one that has a price or is open', () => {
    const key = new TestLedger(stores(), {});
    const [unpriced, priced, open] = [key.reserve(), key.reserve(), key.reserve()];
    key.settle(unpriced.id, { cost: null });
    key.settle(priced.id, { cost: 500 });
    key.ledger.flush();
    const told = key.ledger.parcel();
    if (told !== undefined) key.ledger.told(told.number);
    const rows = key.ledger.rows('0', 'g', 10);
    for (let times = 0; times < 2; times += 1) for (const row of rows) key.ledger.reprice(row, 70);
    key.ledger.flush();
    key.restart();
    for (const row of rows) key.ledger.reprice(row, 70);
    key.ledger.flush();
    const costs = new Map(key.ledger.rows('0', 'g', 10).map(({ id, cost }) => [id, cost]));
    expect([unpriced, priced].map(({ id }) => costs.get(id))).toEqual([70, 500]);
    expect(rows.find(({ id }) => id === open.id)).toMatchObject({ status: STATUS.open });
    // What the books are told is the difference alone.
    const parcel = key.ledger.parcel();
    const change = Object.values(parcel?.sums ?? {}).reduce((sum, each) => addSums(sum, each));
    expect(change).toMatchObject({ requests: 0, cost: 70, unpriced: -1 });
  });

  test('sends a parcel again until it is known to have arrived', () => {
    const key = new TestLedger(stores(), dollars(1));
    key.settle(key.reserve().id);
    const first = key.ledger.parcel();
    key.ledger.flush();
    key.settle(key.reserve().id);
    key.restart();
    expect(key.ledger.parcel()).toEqual(first);
  });

  test('forgets what is older than the operator keeps', () => {
    const key = new TestLedger(stores(), {}, { keepDays: 10 });
    key.settle(key.reserve().id);
    key.ledger.flush();
    key.now += 11 * 86_400_000;
    expect(key.ledger.forgetOld(key.now)).toBe(false);
    expect(key.ledger.rows('', 'g', 10)).toHaveLength(0);
  });

  test('counts again out of its rows where the budget becomes one of another kind', () => {
    const key = new TestLedger(stores(), dollars(1));
    key.settle(key.reserve().id);
    const { profile } = key.ledger;
    if (profile === undefined) throw new Error('There is no key.');
    const limits = { ...profile.limits, budget: { unit: 'tokens', amount: 100, period: 'month' } as const };
    key.ledger.save({ ...profile, limits }, key.now);
    expect(key.budget).toMatchObject({ unit: 'tokens', spent: 15, held: 0 });
  });

  test('never spends and holds more than its budget, whatever comes in whatever order', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('reserve' as const), bytes: fc.nat({ max: 3000 }) }),
      fc.record({
        kind: fc.constant('settle' as const),
        which: fc.nat(),
        part: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({ kind: fc.constant('next' as const), which: fc.nat() }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 600_000 }) }),
      fc.record({ kind: fc.constant('restart' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const key = new TestLedger(stores(), dollars((7 * HOLD) / NANO));
        const open: { id: string; cost: number; at: number }[] = [];
        for (const each of steps) {
          if (each.kind === 'reserve') {
            const { id, answer } = key.reserve(chatCall({ bytes: each.bytes }));
            if (answer.kind === 'admitted') open.push({ id, cost: answer.bounds[0]?.cost ?? 0, at: key.now });
          } else if (each.kind === 'settle') {
            const [call] = open.length === 0 ? [] : open.splice(each.which % open.length, 1);
            if (call) key.settle(call.id, { at: call.at, cost: Math.floor(call.cost * each.part) });
          } else if (each.kind === 'next') {
            const call = open[each.which % Math.max(1, open.length)];
            const bound = { prompt: 1, completion: 1, cost: call?.cost ?? 0, promptCost: 0, limit: null };
            if (call && !key.next(call.id, { cost: call.cost }, bound)) call.cost = 0;
          } else if (each.kind === 'wait') {
            key.now += each.ms;
            key.ledger.loseOrphans(key.now);
          } else {
            key.ledger.flush();
            key.restart();
          }
          expect(key.budget.spent + key.budget.held).toBeLessThanOrEqual(key.budget.amount);
          expect(key.budget.held).toBeGreaterThanOrEqual(0);
        }
        key.now += 1_000_000;
        key.ledger.loseOrphans(key.now);
        expect(key.budget.held).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

test('a call is held at the dearest of the targets that it may reach', () => {
  const [, stores] = STORES[0] ?? [];
  if (stores === undefined) throw new Error('There is no store.');
  const key = new TestLedger(stores(), dollars(1));
  const dear = { ...TARGET, name: 'other/gpt-dear', price: { ...TARGET.price, input: 10, output: 20 } };
  key.reserve(chatCall({ targets: [TARGET, dear] }));
  expect(key.budget.held).toBe(10 * HOLD);
});
