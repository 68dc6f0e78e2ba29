/** One turn of the model as chat has it: one assistant message, then the outputs of its calls. */
import { invalid } from '../via-chat/refusal.ts';
import { type ChatContent, type ChatPart, isText, partsOf, textOf } from './content.ts';

/** A chat message. */
export type ChatMessage = Readonly<Record<string, unknown>>;

interface Call {
  readonly id: string;
  readonly functionName: string;
  readonly arguments: string;
  /** What the client calls the tool. */
  readonly toolName: string;
  output: ChatContent | undefined;
}

/**
 * Collects what the model said in a row. Strict upstreams take calls in one message alone, and their outputs directly
 * behind it; what the client has put between them comes after.
 */
export class ModelTurn {
  readonly #texts: string[] = [];
  readonly #thoughts: string[] = [];
  readonly #calls: Call[] = [];
  readonly #behind: ChatMessage[] = [];

  /** Calls whose output has not come. */
  get isOpen(): boolean {
    return this.#calls.some(({ output }) => output === undefined);
  }

  /** Whether all that it asked for has been answered: what the model says next is another turn. */
  get isAnswered(): boolean {
    return this.#calls.length > 0 && !this.isOpen;
  }

  say(text: string): void {
    if (text !== '') this.#texts.push(text);
  }

  think(text: string): void {
    if (text !== '') this.#thoughts.push(text);
  }

  call(call: Omit<Call, 'output'>): void {
    this.#calls.push({ ...call, output: undefined });
  }

  /** Takes the output of a call; false where it has no such call, or has its output already. */
  answer(id: string, output: ChatContent): boolean {
    const call = this.#calls.find((each) => each.id === id && each.output === undefined);
    if (call === undefined) return false;
    call.output = output;
    return true;
  }

  /** Puts a message behind the outputs. */
  follow(message: ChatMessage): void {
    this.#behind.push(message);
  }

  /**
   * The turn's messages.
   * @param givesReasoning whether the upstream wants the reasoning back that led to it.
   * @throws {GatewayError} 400 for a call without its output.
   */
  messages(givesReasoning: boolean): readonly ChatMessage[] {
    const missing = this.#calls.find(({ output }) => output === undefined);
    if (missing !== undefined) {
      throw invalid(
        'input',
        'invalid_value',
        `No tool output found for function call ${missing.id.slice(0, 100)}. Put its output into \`input\`, behind the call.`,
      );
    }
    if (this.#texts.length === 0 && this.#calls.length === 0) return this.#behind;
    const media = this.#calls.flatMap(mediaOf);
    return [
      this.#assistant(givesReasoning),
      ...this.#calls.map(({ id, output }) => ({
        role: 'tool',
        tool_call_id: id,
        content: textOf(output ?? ''),
      })),
      ...(media.length > 0 ? [{ role: 'user', content: media }] : []),
      ...this.#behind,
    ];
  }

  #assistant(givesReasoning: boolean): ChatMessage {
    const text = this.#texts.join('\n');
    const reasoning = this.#thoughts.join('\n\n');
    return {
      role: 'assistant',
      content: text === '' ? null : text,
      // Upstreams that want it refuse an empty one; a model whose thoughts are lost has thought nothing.
      ...(givesReasoning ? { reasoning_content: reasoning || ' ' } : {}),
      ...(this.#calls.length > 0
        ? {
            tool_calls: this.#calls.map(({ id, functionName, arguments: text }) => ({
              id,
              type: 'function',
              function: { name: functionName, arguments: text },
            })),
          }
        : {}),
    };
  }
}

/** Chat's tool messages are text: pictures and files of an output follow as the user's. */
function mediaOf({ toolName, output }: Call): readonly ChatPart[] {
  const media = partsOf(output ?? '').filter((part) => !isText(part));
  return media.length === 0 ? [] : [{ type: 'text', text: `Output of tool ${toolName}:` }, ...media];
}
