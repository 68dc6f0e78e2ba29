/** `nexcode chat`: a conversation. At a terminal with a prompt, history and commands; in a pipe each line is a question. */
import { writeFile } from 'node:fs/promises';
import { createInterface, type Interface } from 'node:readline';
import type OpenAI from 'openai';
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { answerWriter, streamAnswer } from './answer.ts';
import { type ChatInput, conversationMarkdown, InputLines } from './chat-input.ts';
import { type Connection, serverUrl } from './connection.ts';
import { type CommandContext, clientFor } from './context.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { failureOf, secretsOf } from './failure.ts';
import { isInteractive } from './terminal.ts';

/** What can be said of a conversation. */
export interface ChatOptions {
  readonly model?: string;
  readonly system?: string;
  readonly temperature?: number;
}

/** Talks until the input ends. Returns the code of the last answer that failed where nobody was there to see it. */
export async function chat(
  options: ChatOptions,
  context: CommandContext,
  connection: Connection,
): Promise<ExitCode> {
  const isAtTerminal = isInteractive(context.stdout);
  const input = createInterface({
    input: process.stdin,
    ...(isAtTerminal && { output: context.stdout, historySize: 1000, removeHistoryDuplicates: true }),
    terminal: isAtTerminal,
  });
  const talk = new Conversation(options, context, connection, input, isAtTerminal);
  try {
    return await talk.run();
  } finally {
    input.close();
  }
}

class Conversation {
  readonly #context: CommandContext;
  readonly #connection: Connection;
  readonly #client: OpenAI;
  readonly #input: Interface;
  readonly #isAtTerminal: boolean;
  readonly #temperature: number | undefined;
  #system: string | undefined;
  #model: string | undefined;
  #messages: ChatCompletionMessageParam[] = [];
  /** The answer under way. */
  #running: AbortController | undefined;

  constructor(
    { model, system, temperature }: ChatOptions,
    context: CommandContext,
    connection: Connection,
    input: Interface,
    isAtTerminal: boolean,
  ) {
    this.#context = context;
    this.#connection = connection;
    this.#client = clientFor(connection);
    this.#input = input;
    this.#isAtTerminal = isAtTerminal;
    this.#temperature = temperature;
    this.#system = system;
    this.#model = model ?? connection.model;
  }

  async run(): Promise<ExitCode> {
    const { words } = this.#context;
    const lines = new InputLines();
    let exit: ExitCode = EXIT.done;
    if (this.#isAtTerminal) {
      this.#note(words.chatIntro(this.#model ?? words.chatDefaultModel, serverUrl(this.#connection)));
      this.#input.on('SIGINT', () => this.#interrupt(lines));
    }
    this.#prompt(lines);
    for await (const line of this.#input) {
      const said = this.#isAtTerminal ? lines.take(line) : plainInput(line);
      if (said?.kind === 'exit') break;
      if (said?.kind === 'message') {
        const failed = await this.#answer(said.text);
        if (!this.#isAtTerminal && failed !== EXIT.done) exit = failed;
      } else if (said !== undefined) await this.#command(said);
      this.#prompt(lines);
    }
    return exit;
  }

  async #answer(text: string): Promise<ExitCode> {
    const { words, stdout } = this.#context;
    const writer = answerWriter(this.#context);
    let answer = '';
    this.#running = new AbortController();
    const system = this.#system === undefined ? [] : [{ role: 'system' as const, content: this.#system }];
    const messages: ChatCompletionMessageParam[] = [
      ...system,
      ...this.#messages,
      { role: 'user', content: text },
    ];
    let failure: ReturnType<typeof failureOf> | undefined;
    try {
      const question = { messages, model: this.#model, temperature: this.#temperature };
      await streamAnswer(
        this.#client,
        question,
        this.#running.signal,
        (piece) => {
          answer += piece;
          writer.push(piece);
        },
        words,
      );
    } catch (error) {
      failure = failureOf(error, words, this.#connection, secretsOf(this.#context.environment));
    }
    writer.end();
    const isStopped = this.#running.signal.aborted;
    this.#running = undefined;
    if (isStopped) this.#note(words.stopped);
    else if (failure !== undefined) this.#note(failure.message);
    // What was seen of an answer belongs to the conversation; a question without one can be asked again.
    if (answer !== '') {
      this.#messages.push({ role: 'user', content: text }, { role: 'assistant', content: answer });
    }
    if (this.#isAtTerminal) stdout.write('\n');
    return isStopped ? EXIT.done : (failure?.exit ?? EXIT.done);
  }

  /** Ctrl-C: ends the answer under way, or the text that is being typed. */
  #interrupt(lines: InputLines): void {
    if (this.#running !== undefined) {
      this.#running.abort();
      return;
    }
    const wasEmpty = this.#input.line === '' && lines.isEmpty;
    lines.clear();
    this.#context.stdout.write('\n');
    if (wasEmpty) this.#note(this.#context.words.chatHint);
    // Empties the line: https://nodejs.org/api/readline.html#rlwritedata-key
    this.#input.write(null, { ctrl: true, name: 'e' });
    this.#input.write(null, { ctrl: true, name: 'u' });
    this.#prompt(lines);
  }

  async #command(said: Exclude<ChatInput, { kind: 'message' | 'exit' }>): Promise<void> {
    const { words } = this.#context;
    switch (said.kind) {
      case 'help':
        return this.#note(words.chatHelp);
      case 'new':
        this.#messages = [];
        return this.#note(words.chatNew);
      case 'undo':
        if (this.#messages.length === 0) return this.#note(words.chatNothing);
        this.#messages = this.#messages.slice(0, -2);
        return this.#note(words.chatUndone);
      case 'model':
        if (said.text === '') return this.#note(words.chatModelName);
        this.#model = said.text;
        return this.#note(words.chatModel(said.text));
      case 'system':
        this.#system = said.text === '' ? undefined : said.text;
        return this.#note(said.text === '' ? words.chatNoSystem : words.chatSystem);
      case 'save':
        if (said.text === '') return this.#note(words.chatSaveName);
        return this.#save(said.text);
      case 'unknown':
        return this.#note(words.chatUnknown(said.text));
    }
  }

  async #save(file: string): Promise<void> {
    const { words } = this.#context;
    const text = conversationMarkdown(this.#messages, words.you, this.#model ?? 'NexCode');
    const isWritten = await writeFile(file, text, { flag: 'wx', mode: 0o600 }).then(
      () => true,
      () => false,
    );
    this.#note(isWritten ? words.chatSaved(file) : words.chatNotSaved(file));
  }

  #prompt(lines: InputLines): void {
    if (!this.#isAtTerminal) return;
    this.#input.setPrompt(this.#context.style(['bold', 'green'], lines.isEmpty ? '> ' : '… '));
    this.#input.prompt();
  }

  #note(text: string): void {
    const { stderr, errorStyle } = this.#context;
    stderr.write(`${errorStyle('dim', text)}\n`);
  }
}

function plainInput(line: string): ChatInput | undefined {
  return line.trim() === '' ? undefined : { kind: 'message', text: line };
}
