/** `nexcode ask`: one question, one answer. */
import type { ChatCompletion, ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { answerWriter, bodyOf, type Question, requireWhole, streamAnswer } from './answer.ts';
import type { Connection } from './connection.ts';
import { type CommandContext, clientFor } from './context.ts';
import { CommandError } from './exit.ts';
import { contentOf, joinQuestion, pictureUrl, readPiped, readTextFile } from './input.ts';
import { interruptible } from './interrupt.ts';

/** What can be said of a question. */
export interface AskOptions {
  readonly model?: string;
  readonly system?: string;
  readonly temperature?: number;
  readonly file?: readonly string[];
  readonly image?: readonly string[];
  readonly json?: boolean;
}

/** Asks, and prints the answer. Throws what failureOf explains. */
export async function ask(
  question: readonly string[],
  options: AskOptions,
  context: CommandContext,
  connection: Connection,
): Promise<void> {
  const { words } = context;
  const [piped, files, pictures] = await Promise.all([
    readPiped(words),
    Promise.all((options.file ?? []).map((file) => readTextFile(file, words))),
    Promise.all((options.image ?? []).map((picture) => pictureUrl(picture, words))),
  ]);
  const content = contentOf(joinQuestion(question.join(' '), piped, files), pictures);
  if (content.length === 0) throw new CommandError(words.noQuestion);
  const { system, temperature } = options;
  const messages: ChatCompletionMessageParam[] = [
    ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
    { role: 'user', content },
  ];
  const asked = { messages, model: options.model ?? connection.model, temperature };
  if (options.json) await printJson(asked, context, connection);
  else await printText(asked, context, connection);
}

async function printText(asked: Question, context: CommandContext, connection: Connection): Promise<void> {
  const writer = answerWriter(context);
  await interruptible(async (signal) => {
    try {
      await streamAnswer(clientFor(connection), asked, signal, (text) => writer.push(text), context.words);
    } finally {
      writer.end();
    }
  }, context.words);
}

async function printJson(
  asked: Question,
  { stdout, words }: CommandContext,
  connection: Connection,
): Promise<void> {
  await interruptible(async (signal) => {
    const answer = await clientFor(connection)
      .post('/chat/completions', { body: bodyOf(asked), signal })
      .asResponse();
    const text = await answer.text();
    stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    const { choices }: ChatCompletion = JSON.parse(text);
    requireWhole(choices[0]?.finish_reason, words);
  }, words);
}
