/** One answer of a model, streamed. */
import type OpenAI from 'openai';
import type { ChatCompletionChunk, ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import type { Stream } from 'openai/streaming';
import type { CommandContext } from './context.ts';
import { CommandError, EXIT } from './exit.ts';
import { MarkdownWriter } from './markdown.ts';
import { hasColours, withoutControls } from './terminal.ts';
import type { Words } from './words.ts';

/** A question as the API takes it. */
export interface Question {
  readonly messages: readonly ChatCompletionMessageParam[];
  /** Undefined leaves the model to the server. */
  readonly model: string | undefined;
  readonly temperature?: number | undefined;
}

/** The members of the request's body. */
export function bodyOf({ messages, model, temperature }: Question): Record<string, unknown> {
  return {
    ...(model !== undefined && { model }),
    messages,
    ...(temperature !== undefined && { temperature }),
  };
}

/**
 * Streams an answer, and hands on its text as it comes.
 * @throws {CommandError} INCOMPLETE where the stream ended without saying why, or early; what came was handed on.
 */
export async function streamAnswer(
  client: OpenAI,
  question: Question,
  signal: AbortSignal,
  onText: (text: string) => void,
  words: Words,
): Promise<void> {
  const stream = await client.post<Stream<ChatCompletionChunk>>('/chat/completions', {
    body: { ...bodyOf(question), stream: true },
    stream: true,
    signal,
  });
  let finish: string | null = null;
  for await (const { choices = [] } of stream) {
    const [choice] = choices;
    if (choice === undefined) continue;
    const text = choice.delta?.content ?? choice.delta?.refusal;
    if (typeof text === 'string' && text !== '') onText(text);
    finish = choice.finish_reason ?? finish;
  }
  // The client ends a stream in silence that was stopped.
  if (!signal.aborted) requireWhole(finish, words);
}

/** Throws CommandError unless a finish reason says that the answer is whole. */
export function requireWhole(finish: string | null | undefined, words: Words): void {
  if (finish === 'length') throw new CommandError(words.atLength, EXIT.incomplete);
  if (finish === 'content_filter') throw new CommandError(words.filtered, EXIT.incomplete);
  if (finish === null || finish === undefined) throw new CommandError(words.cut, EXIT.incomplete);
}

/** Where an answer's text goes. */
export interface AnswerWriter {
  push(text: string): void;
  /** Ends the last line. */
  end(): void;
}

/** Styled Markdown on a terminal; in a pipe the text as it is, with a line's end. */
export function answerWriter({ stdout, environment, style }: CommandContext): AnswerWriter {
  if (stdout.isTTY) {
    const write = (text: string) => void stdout.write(text);
    if (hasColours(stdout, environment)) {
      const markdown = new MarkdownWriter(write, style);
      return { push: (text) => markdown.push(withoutControls(text)), end: () => markdown.end() };
    }
    return plainWriter((text) => write(withoutControls(text)));
  }
  return plainWriter((text) => void stdout.write(text));
}

function plainWriter(write: (text: string) => void): AnswerWriter {
  let last = '\n';
  return {
    push(text) {
      write(text);
      last = text;
    },
    end() {
      if (!last.endsWith('\n')) write('\n');
    },
  };
}
