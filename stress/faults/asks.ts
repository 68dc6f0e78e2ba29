/** The ways of asking that every fault meets, and how an answer to each is read, as a careful client would. */
import { createParser } from 'eventsource-parser';
import * as z from 'zod';
import type { Answer, RequestParts } from '../../test/support/http.ts';

/**
 * What a client makes of an answer. `whole`: all of it, with nothing missing. `refused`: an error status in OpenAI's
 * form. `cut`: it cannot be taken for whole, because the stream says so, the connection broke or the JSON ends early.
 * Anything else is wrong, and says why.
 */
export type Outcome = 'whole' | 'refused' | 'cut' | `wrong: ${string}`;

/** One way of asking. */
export interface Ask {
  readonly name: string;
  readonly streamed: boolean;
  /** Nothing of the answer is sent before it is put together: whoever leaves politely until then is not missed. */
  readonly held: boolean;
  /** The answer is passed as it is, whatever it says. */
  readonly relayed: boolean;
  readonly request: (model: string) => RequestParts;
  /** The text that a choice of its answers, or of their chunks, carries. */
  readonly textIn: (choice: z.output<typeof choiceSchema>) => string;
}

/** The text of every whole answer: several bytes a character, so that cuts fall into them. */
export const WORDS = ['Grüße', ' 世界', '!'] as const;

const TEXT = WORDS.join('');

const choiceSchema = z.looseObject({
  text: z.string().optional(),
  message: z.looseObject({ content: z.string().nullable() }).optional(),
  delta: z.looseObject({ content: z.string().nullish() }).optional(),
  finish_reason: z.string().nullish(),
});
const answerSchema = z.looseObject({ choices: z.array(choiceSchema) });
const errorSchema = z.looseObject({ error: z.looseObject({ message: z.string().min(1) }) });

export const ASKS: readonly Ask[] = [
  {
    name: 'chat',
    streamed: false,
    held: false,
    relayed: false,
    request: (model) => post('/v1/chat/completions', { model, messages: [] }),
    textIn: ({ message }) => message?.content ?? '',
  },
  {
    name: 'chat, streamed',
    streamed: true,
    held: false,
    relayed: false,
    request: (model) => post('/v1/chat/completions', { model, messages: [], stream: true }),
    textIn: ({ delta }) => delta?.content ?? '',
  },
  {
    name: 'text',
    streamed: false,
    held: true,
    relayed: false,
    request: (model) => post('/v1/completions', { model, prompt: 'Hi' }),
    textIn: ({ text }) => text ?? '',
  },
  {
    name: 'text, streamed',
    streamed: true,
    held: false,
    relayed: false,
    request: (model) => post('/v1/completions', { model, prompt: 'Hi', stream: true }),
    textIn: ({ text }) => text ?? '',
  },
  {
    name: 'relayed',
    streamed: false,
    held: false,
    relayed: true,
    request: (model) => post('/v1/moderations', { model, input: 'Hi' }),
    textIn: ({ message }) => message?.content ?? '',
  },
];

function post(path: string, body: Readonly<Record<string, unknown>>): RequestParts {
  return { path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** What a client makes of this answer; without one, the connection was closed before its head. */
export function outcomeOf(ask: Ask, answer: Answer | undefined): Outcome {
  if (answer === undefined) return 'cut';
  if (answer.status >= 400) {
    if (answer.end !== 'complete') return 'wrong: an error that is not whole';
    return errorSchema.safeParse(parsed(answer.text())).success
      ? 'refused'
      : "wrong: an error not in OpenAI's form";
  }
  return ask.streamed ? streamOutcome(ask, answer) : plainOutcome(ask, answer);
}

function plainOutcome(ask: Ask, answer: Answer): Outcome {
  const body = parsed(answer.text());
  if (answer.end !== 'complete' || body === undefined) return 'cut';
  const completion = answerSchema.safeParse(body);
  const choice = completion.data?.choices[0];
  if (choice === undefined) return 'wrong: a success that is no completion';
  const text = ask.textIn(choice);
  return text === TEXT ? 'whole' : `wrong: an answer that says ${JSON.stringify(text)}`;
}

function streamOutcome(ask: Ask, answer: Answer): Outcome {
  let text = '';
  let failed = false;
  let finished = false;
  let done = false;
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === '[DONE]') done = true;
      const payload = parsed(data);
      if (errorSchema.safeParse(payload).success) failed = true;
      for (const choice of answerSchema.safeParse(payload).data?.choices ?? []) {
        text += ask.textIn(choice);
        finished ||= choice.finish_reason !== null && choice.finish_reason !== undefined;
      }
    },
  });
  parser.feed(answer.text());
  if (failed) return done ? 'wrong: an error and [DONE]' : 'cut';
  if (answer.end !== 'complete') return finished || done ? 'wrong: finished, but broken' : 'cut';
  if (!finished && !done) return 'wrong: an end without a reason or an error';
  return text === TEXT ? 'whole' : `wrong: a stream that says ${JSON.stringify(text)} and finishes`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
