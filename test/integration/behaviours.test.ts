/** The questions that other gateways are asked beside this one: this one answers yes to each, and a bare Worker does not. */
import { expect, test } from 'vitest';
import { FLOOR_CONTENDERS } from '../../bench/floors.ts';
import { MAIN } from '../../bench/modes.ts';
import { behavioursOfAll } from '../../stress/faults/others.ts';

test('a stream that ends too early is told by the gateway, and not by a Worker that only passes on', async () => {
  const [own, bare] = await behavioursOfAll([() => MAIN, () => FLOOR_CONTENDERS.bare]);
  expect(Object.values(own?.behaviours ?? {})).toEqual(Array.from({ length: 11 }, () => true));
  expect(bare?.behaviours).toMatchObject({ ended: false, broken: true, request: true });
});

test('what does not start says why', async () => {
  const start = () => Promise.reject(new Error('no such program'));
  expect(await behavioursOfAll([() => ({ ...MAIN, start })])).toEqual([
    { contender: MAIN.name, behaviours: undefined, reason: 'no such program' },
  ]);
});
