/** The items of a request as chat messages, in an order that strict upstreams take. */
import { isRecord } from '../http/json/read.ts';
import { invalid } from '../via-chat/refusal.ts';
import { type ChatContent, chatContent, isText, partsOf, textOf } from './content.ts';
import { isOwnReasoning, reasoningText } from './reasoning.ts';
import { isForgottenReasoning } from './state.ts';
import { functionNameOf, type ToolSet } from './tools.ts';
import { type ChatMessage, ModelTurn } from './turn.ts';

type Item = Readonly<Record<string, unknown>>;

/** How the upstream takes a conversation. */
export interface InputOptions {
  /** Whether it gets a model's reasoning back; `auto` where the reasoning itself tells that it was chat's. */
  readonly reasoningBack: 'auto' | boolean;
  /** Whether system messages may stand at any place. */
  readonly systemAnywhere: boolean;
}

/** What the items come to. */
export interface ChatInput {
  readonly messages: readonly ChatMessage[];
  /** What was left out, by name. */
  readonly dropped: readonly string[];
  /** Settings that stood among the items; the last word counts. */
  readonly updates: { readonly effort?: unknown; readonly format?: unknown };
}

/** Finished items of tools that the vendor ran: there is nothing in them that chat could use. */
const DROPPED: ReadonlySet<string> = new Set([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
]);

/**
 * Translates the items of a request.
 * @param tools gets the tools that stand among the items.
 * @throws {GatewayError} 400 that names the item which chat cannot have.
 */
export function chatInput(
  instructions: string,
  items: readonly unknown[],
  tools: ToolSet,
  options: InputOptions,
): ChatInput {
  const reader = new InputReader(tools, options, wantsReasoning(items, options.reasoningBack));
  if (instructions !== '') reader.lead(instructions);
  for (const [at, item] of items.entries()) reader.take(item, `input[${at}]`);
  return reader.end();
}

/** A conversation in which the reasoning is chat's own gets all of it back. */
function wantsReasoning(items: readonly unknown[], back: 'auto' | boolean): boolean {
  if (back !== 'auto') return back;
  return items.some((item) => isRecord(item) && item['type'] === 'reasoning' && isOwnReasoning(item));
}

class InputReader {
  readonly #tools: ToolSet;
  readonly #options: InputOptions;
  readonly #givesReasoning: boolean;
  /** The texts of the one leading system message. */
  readonly #system: string[] = [];
  readonly #messages: ChatMessage[] = [];
  readonly #dropped: string[] = [];
  #updates: { effort?: unknown; format?: unknown } = {};
  #turn: ModelTurn | undefined;

  constructor(tools: ToolSet, options: InputOptions, givesReasoning: boolean) {
    this.#tools = tools;
    this.#options = options;
    this.#givesReasoning = givesReasoning;
  }

  lead(text: string): void {
    this.#system.push(text);
  }

  take(item: unknown, path: string): void {
    if (!isRecord(item))
      throw invalid(path, 'invalid_type', `Invalid type for '${path}': expected an object.`);
    const type: unknown = item['type'] ?? (typeof item['role'] === 'string' ? 'message' : undefined);
    switch (type) {
      case 'message':
        this.#message(item, path);
        break;
      case 'reasoning':
        this.#modelTurn().think(reasoningText(item));
        break;
      case 'function_call':
        this.#call(item, path, textMember(item, 'name', path), argumentsOf(item['arguments']));
        break;
      case 'custom_tool_call':
        this.#call(
          item,
          path,
          textMember(item, 'name', path),
          JSON.stringify({ input: textMember(item, 'input', path) }),
        );
        break;
      case 'function_call_output':
      case 'custom_tool_call_output':
        this.#output(item, path, chatContent(item['output'], `${path}.output`));
        break;
      case 'tool_search_call':
      case 'tool_search_output':
        this.#search(type, item, path);
        break;
      case 'additional_tools':
        this.#tools.add(listMember(item, 'tools', path), `${path}.tools`);
        break;
      case 'configuration_update':
        this.#update(item);
        break;
      case 'item_reference':
        if (isForgottenReasoning(item['id'])) this.#drop('input.item_reference');
        break;
      default:
        if (typeof type !== 'string' || !DROPPED.has(type)) throw unsupportedItem(path);
        this.#drop(`input.${type}`);
    }
  }

  /** @throws {GatewayError} 400 for a call without its output. */
  end(): ChatInput {
    this.#flush();
    const system = this.#system.length === 0 ? [] : [{ role: 'system', content: this.#system.join('\n\n') }];
    return { messages: [...system, ...this.#messages], dropped: this.#dropped, updates: this.#updates };
  }

  #drop(what: string): void {
    this.#dropped.push(what);
  }

  #message(item: Item, path: string): void {
    const content = chatContent(item['content'], `${path}.content`);
    switch (item['role']) {
      case 'user':
        this.#put({ role: 'user', content });
        break;
      case 'assistant':
        this.#modelTurn().say(textOf(content));
        break;
      case 'system':
      case 'developer':
        this.#instruct(content);
        break;
      default:
        throw invalid(
          `${path}.role`,
          'invalid_value',
          `Invalid '${path}.role': expected one of 'user', 'assistant', 'system' and 'developer'.`,
        );
    }
  }

  /** Many templates refuse a system message that is not the first one, so a later one joins it and says where it stood. */
  #instruct(content: ChatContent): void {
    const text = textOf(content);
    const place = this.#place();
    if (partsOf(content).some((part) => !isText(part))) this.#put({ role: 'user', content });
    else if (text === '') return;
    else if (place === 0) this.lead(text);
    else if (this.#options.systemAnywhere) this.#put({ role: 'system', content: text });
    else this.lead(`[after message ${place}]\n${text}`);
  }

  /** How many messages there are by now, the model's turn under way included. */
  #place(): number {
    return this.#messages.length + (this.#turn === undefined ? 0 : 1);
  }

  /** A message of the client's. Between calls and their outputs none may stand. */
  #put(message: ChatMessage): void {
    if (this.#turn?.isOpen) {
      this.#turn.follow(message);
      return;
    }
    this.#flush();
    this.#messages.push(message);
  }

  #modelTurn(): ModelTurn {
    if (this.#turn?.isAnswered) this.#flush();
    this.#turn ??= new ModelTurn();
    return this.#turn;
  }

  #flush(): void {
    this.#messages.push(...(this.#turn?.messages(this.#givesReasoning) ?? []));
    this.#turn = undefined;
  }

  #call(item: Item, path: string, name: string, args: string): void {
    const { namespace } = item;
    const functionName = functionNameOf(name, typeof namespace === 'string' ? namespace : undefined);
    const id = textMember(item, 'call_id', path);
    this.#modelTurn().call({ id, functionName, arguments: args, toolName: name });
  }

  #output(item: Item, path: string, output: ChatContent): void {
    const id = textMember(item, 'call_id', path);
    if (this.#turn?.answer(id, output)) return;
    throw invalid(
      'input',
      'invalid_value',
      `No tool call found for function call output with call_id ${id.slice(0, 100)}. Put the call into \`input\`, before its output: this gateway stores no answers of models that are served through chat completions.`,
    );
  }

  /** The client's own search for tools; a search that the vendor ran says nothing to chat. */
  #search(type: 'tool_search_call' | 'tool_search_output', item: Item, path: string): void {
    if (item['execution'] !== 'client') {
      this.#drop(`input.${type}`);
    } else if (type === 'tool_search_call') {
      this.#call(item, path, 'tool_search', JSON.stringify(item['arguments'] ?? {}));
    } else {
      const tools = listMember(item, 'tools', path);
      this.#tools.addFound(tools, `${path}.tools`);
      const names = tools.flatMap((tool) => (isRecord(tool) ? [String(tool['name'])] : []));
      this.#output(item, path, names.length === 0 ? 'No tools were found.' : `Found: ${names.join(', ')}`);
    }
  }

  #update({ reasoning, text }: Item): void {
    if (isRecord(reasoning) && 'effort' in reasoning) this.#updates.effort = reasoning['effort'];
    if (isRecord(text) && 'format' in text) this.#updates.format = text['format'];
  }
}

function unsupportedItem(path: string): Error {
  return invalid(
    `${path}.type`,
    'unsupported_value',
    `Unsupported '${path}.type': a model that is served through chat completions takes messages, reasoning, and calls of functions and custom tools with their outputs. Leave this item out, or use a model whose upstream has the Responses API.`,
  );
}

/** Arguments are the string that the model wrote; strict upstreams take no empty one. */
function argumentsOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '{}' : value;
  return JSON.stringify(value ?? {});
}

function textMember(item: Item, name: string, path: string): string {
  const value = item[name];
  if (typeof value === 'string') return value;
  const code = value === undefined ? 'missing_required_parameter' : 'invalid_type';
  throw invalid(`${path}.${name}`, code, `Invalid '${path}.${name}': expected a string.`);
}

function listMember(item: Item, name: string, path: string): readonly unknown[] {
  const value = item[name];
  if (Array.isArray(value)) return value;
  throw invalid(`${path}.${name}`, 'invalid_type', `Invalid type for '${path}.${name}': expected an array.`);
}
