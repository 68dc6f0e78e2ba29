/** The official Agents SDK for JavaScript: a loop of tools over an upstream's own Responses API. */
import { expect } from 'vitest';
import { runAdder } from '../support/agents-sdk.ts';
import { ADDITION, bodiesOf, SUM } from '../support/client-calls.ts';
import { test } from '../support/client-test.ts';
import { respondsCalling, respondsWith } from '../support/responses-model.ts';

test.for([false, true])('a loop of tools (streamed: %s)', async (streamed, { surface }) => {
  surface.upstream.reply(respondsCalling(ADDITION));
  surface.upstream.reply(respondsWith(`It is ${SUM}.`));
  const { said, added } = await runAdder(surface.base, streamed);
  expect(said).toBe(`It is ${SUM}.`);
  expect(added).toEqual([JSON.parse(ADDITION.arguments)]);
  expect(surface.upstream.exchanges.map(({ request }) => request.path)).toEqual([
    '/v1/responses',
    '/v1/responses',
  ]);
  expect(bodiesOf(surface)[1]).toMatchObject({
    input: [
      { role: 'user' },
      { type: 'function_call', call_id: ADDITION.id },
      { type: 'function_call_output', call_id: ADDITION.id },
    ],
  });
});
