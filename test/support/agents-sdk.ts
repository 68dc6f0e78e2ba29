/** The official Agents SDK for JavaScript, pointed at a gateway: one agent with one tool. */
import { Agent, OpenAIProvider, Runner, tool } from '@openai/agents';
import * as z from 'zod';
import { ADDITION, type Addends } from './client-calls.ts';
import { API_TOKEN } from './surface.ts';

/** What came of a run. */
export interface AgentRun {
  /** The agent's last word; undefined where the run failed. */
  readonly said: unknown;
  readonly failure: unknown;
  /** What the tool was called with, call by call. */
  readonly added: readonly Addends[];
}

/**
 * Lets the agent add by its tool until it has an answer.
 * @param base where it asks, with `/v1`.
 */
export async function runAdder(base: string, streamed: boolean): Promise<AgentRun> {
  const added: Addends[] = [];
  const adder = new Agent({
    name: 'adder',
    instructions: 'Add by the tool.',
    model: 'm',
    tools: [
      tool({
        name: ADDITION.name,
        description: 'Adds two numbers.',
        parameters: z.object({ a: z.number(), b: z.number() }),
        execute: (numbers) => {
          added.push(numbers);
          return String(numbers.a + numbers.b);
        },
      }),
    ],
  });
  // Traces would go to the vendor.
  const runner = new Runner({
    modelProvider: new OpenAIProvider({ baseURL: base, apiKey: API_TOKEN, useResponses: true }),
    tracingDisabled: true,
  });
  try {
    return { said: await answerOf(runner, adder, streamed), failure: undefined, added };
  } catch (failure) {
    return { said: undefined, failure, added };
  }
}

async function answerOf(runner: Runner, agent: Agent, streamed: boolean): Promise<unknown> {
  const options = { maxTurns: 4 };
  if (!streamed) return (await runner.run(agent, 'Add.', options)).finalOutput;
  const run = await runner.run(agent, 'Add.', { ...options, stream: true });
  for await (const _ of run);
  await run.completed;
  return run.finalOutput;
}
