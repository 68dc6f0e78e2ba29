/** What is typed in a conversation: messages of one line or many, and commands. Pure. */
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';

const COMMANDS = ['help', 'new', 'undo', 'model', 'system', 'save', 'exit'] as const;
type CommandName = (typeof COMMANDS)[number];

/** What a person wants. `text` is the message, what stands behind a command, or a command that there is not. */
export type ChatInput =
  | { readonly kind: 'message' | 'model' | 'system' | 'save' | 'unknown'; readonly text: string }
  | { readonly kind: 'help' | 'new' | 'undo' | 'exit' };

/** Begins and ends a text of many lines. */
const QUOTES = '"""';

/** Gathers lines until they are a whole message. */
export class InputLines {
  #lines: string[] = [];
  #isQuoted = false;

  /** Nothing is begun. */
  get isEmpty(): boolean {
    return this.#lines.length === 0 && !this.#isQuoted;
  }

  /** Forgets what was begun. */
  clear(): void {
    this.#lines = [];
    this.#isQuoted = false;
  }

  /** Takes a line; returns what it completes, or undefined where nothing is complete. */
  take(line: string): ChatInput | undefined {
    if (this.isEmpty && line.startsWith('/') && !line.startsWith('//')) return commandIn(line);
    const marks = line.split(QUOTES).length - 1;
    if (this.#isQuoted || marks > 0) {
      this.#lines.push(line.replaceAll(QUOTES, ''));
      this.#isQuoted = this.#isQuoted !== (marks % 2 === 1);
      return this.#isQuoted ? undefined : this.#complete();
    }
    if (line.endsWith('\\')) {
      this.#lines.push(line.slice(0, -1));
      return undefined;
    }
    this.#lines.push(line.startsWith('//') && this.isEmpty ? line.slice(1) : line);
    return this.#complete();
  }

  #complete(): ChatInput | undefined {
    const text = this.#lines.join('\n').trim();
    this.clear();
    return text === '' ? undefined : { kind: 'message', text };
  }
}

function commandIn(line: string): ChatInput {
  const [, name = '', text = ''] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? [];
  if (name === 'quit') return { kind: 'exit' };
  if (!isCommand(name)) return { kind: 'unknown', text: `/${name}` };
  if (name === 'model' || name === 'system' || name === 'save') return { kind: name, text: text.trim() };
  return { kind: name };
}

function isCommand(name: string): name is CommandName {
  return COMMANDS.some((each) => each === name);
}

/** A conversation as Markdown. */
export function conversationMarkdown(
  messages: readonly ChatCompletionMessageParam[],
  you: string,
  model: string,
): string {
  return messages
    .map(({ role, content }) => `## ${role === 'user' ? you : model}\n\n${String(content).trim()}\n`)
    .join('\n');
}
