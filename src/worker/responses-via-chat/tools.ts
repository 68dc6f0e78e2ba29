/** The tools of a request as functions of chat, and the way back from a function's name to the client's tool. */
import { isGiven, isRecord } from '../http/json/read.ts';
import { invalid } from '../via-chat/refusal.ts';

type Json = Readonly<Record<string, unknown>>;

/** A tool as the client declared it. */
export interface ClientTool {
  readonly kind: 'function' | 'custom' | 'tool_search';
  readonly name: string;
  readonly namespace: string | undefined;
}

/** What chat's function names may be (https://platform.openai.com/docs/api-reference/chat/create). */
const LONGEST_NAME = 64;
const HASH_LENGTH = 8;

/** Tools that the vendor itself runs and that an answer can do without: dropped, and said so. */
const DROPPED: ReadonlySet<string> = new Set([
  'web_search',
  'web_search_preview',
  'web_search_2025_08_26',
  'web_search_preview_2025_03_11',
  'image_generation',
  'tool_search',
]);

/** The function that stands for a client's own search for tools. */
const SEARCH_NAME = 'tool_search';

/** The functions of one request. Tools may come in several places; each is known by its name and namespace. */
export class ToolSet {
  readonly #byFunction = new Map<string, { readonly tool: ClientTool; readonly chat: Json }>();
  readonly #dropped: string[] = [];
  #searches = false;
  #allowed: ReadonlySet<string> | undefined;

  /** The kinds of hosted tools that were left out. */
  get dropped(): readonly string[] {
    return this.#dropped;
  }

  /**
   * Adds a list of tools.
   * @param path where it stands in the request, such as `tools`.
   * @throws {GatewayError} 400 for a tool that chat cannot have, or two that chat could not tell apart.
   */
  add(tools: readonly unknown[], path: string): void {
    if (tools.some(isClientSearch)) this.#searches = true;
    for (const [at, tool] of tools.entries()) this.#addOne(tool, undefined, `${path}[${at}]`);
  }

  /** Adds what a search has found: deferred tools are there from then on. */
  addFound(tools: readonly unknown[], path: string): void {
    for (const [at, tool] of tools.entries()) this.#addOne(tool, undefined, `${path}[${at}]`, true);
  }

  /** Sends only some of them on (`allowed_tools`). */
  allowOnly(names: readonly string[]): void {
    this.#allowed = new Set(names);
  }

  /** Chat's `tools`. */
  chatTools(): readonly Json[] {
    const all = [...this.#byFunction];
    return all.flatMap(([name, { chat }]) => (this.#allowed?.has(name) === false ? [] : [chat]));
  }

  /** The client's tool behind a function's name. A name that the model has made up is a function's. */
  toolOf(functionName: string): ClientTool {
    return (
      this.#byFunction.get(functionName)?.tool ?? {
        kind: 'function',
        name: functionName,
        namespace: undefined,
      }
    );
  }

  #addOne(tool: unknown, namespace: string | undefined, path: string, isFound = false): void {
    if (!isRecord(tool))
      throw invalid(path, 'invalid_type', `Invalid type for '${path}': expected an object.`);
    const { type } = tool;
    if (tool['defer_loading'] === true && this.#searches && !isFound) return;
    if (type === 'function' || type === 'custom') {
      this.#put(type, tool, namespace, path);
    } else if (isClientSearch(tool)) {
      this.#put('tool_search', { ...tool, name: SEARCH_NAME }, undefined, path);
    } else if (type === 'namespace' && namespace === undefined) {
      const name = nameOf(tool, path);
      const inner = Array.isArray(tool['tools']) ? tool['tools'] : [];
      for (const [at, each] of inner.entries()) this.#addOne(each, name, `${path}.tools[${at}]`, isFound);
    } else if (typeof type === 'string' && DROPPED.has(type)) {
      this.#dropped.push(`tools.${type}`);
    } else {
      throw unsupportedTool(path);
    }
  }

  #put(kind: ClientTool['kind'], tool: Json, namespace: string | undefined, path: string): void {
    const name = nameOf(tool, path);
    const functionName = functionNameOf(name, namespace);
    const known = this.#byFunction.get(functionName)?.tool;
    if (
      known !== undefined &&
      (known.name !== name || known.namespace !== namespace || known.kind !== kind)
    ) {
      const shown = (each: string | undefined, of: string) => (each === undefined ? of : `${each}.${of}`);
      throw invalid(
        `${path}.name`,
        'invalid_value',
        `The tools '${shown(known.namespace, known.name)}' and '${shown(namespace, name)}' have the same name where they are functions of a chat model ('${functionName}'). Rename one of them.`,
      );
    }
    this.#byFunction.set(functionName, {
      tool: { kind, name, namespace },
      chat: chatTool(kind, functionName, tool),
    });
  }
}

function unsupportedTool(path: string): Error {
  return invalid(
    `${path}.type`,
    'unsupported_value',
    `Unsupported '${path}.type': a model that is served through chat completions has functions and custom tools alone. Leave this tool out, or use a model whose upstream has the Responses API.`,
  );
}

/** The name of the function that stands for a tool; without a namespace the tool's own where chat allows it. */
export function functionNameOf(name: string, namespace: string | undefined): string {
  const full = (namespace === undefined ? name : `${namespace}__${name}`).replace(/[^\w-]/g, '_');
  if (full.length <= LONGEST_NAME) return full;
  return `${full.slice(0, LONGEST_NAME - HASH_LENGTH - 1)}_${hashOf(`${namespace ?? ''}.${name}`)}`;
}

/** FNV-1a, 32 bits, as hexadecimal digits: it only has to keep long names apart. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(HASH_LENGTH, '0');
}

function nameOf(tool: Json, path: string): string {
  const { name } = tool;
  if (typeof name === 'string' && name !== '') return name;
  throw invalid(`${path}.name`, 'missing_required_parameter', `Missing required parameter: '${path}.name'.`);
}

function isClientSearch(tool: unknown): boolean {
  return isRecord(tool) && tool['type'] === 'tool_search' && tool['execution'] === 'client';
}

const NO_PARAMETERS: Json = { type: 'object', properties: {} };
const RAW_INPUT: Json = {
  type: 'object',
  properties: { input: { type: 'string', description: 'The input of the tool: raw text.' } },
  required: ['input'],
  additionalProperties: false,
};

function chatTool(kind: ClientTool['kind'], name: string, tool: Json): Json {
  const description = typeof tool['description'] === 'string' ? tool['description'] : undefined;
  if (kind === 'custom') {
    const words = [description, grammarOf(tool['format'])].filter((each) => each !== undefined).join('\n\n');
    return {
      type: 'function',
      function: { name, ...describedBy(words || undefined), parameters: RAW_INPUT },
    };
  }
  const strict = tool['strict'] === true ? { strict: true } : {};
  const parameters = isRecord(tool['parameters']) ? tool['parameters'] : NO_PARAMETERS;
  return { type: 'function', function: { name, ...describedBy(description), parameters, ...strict } };
}

function describedBy(description: string | undefined): Json {
  return description === undefined ? {} : { description };
}

/** A function has no grammar, so its description tells it. */
function grammarOf(format: unknown): string | undefined {
  if (!isRecord(format) || format['type'] !== 'grammar' || typeof format['definition'] !== 'string') {
    return undefined;
  }
  const syntax = format['syntax'] === 'regex' ? 'regular expression' : 'Lark grammar';
  return `The value of "input" must match this ${syntax}:\n${format['definition']}`;
}

/** Chat's `tool_choice`, and the functions to which `allowed_tools` narrows the list. */
export interface ChatToolChoice {
  readonly choice: unknown;
  readonly allowed: readonly string[] | undefined;
}

/**
 * Translates `tool_choice`.
 * @throws {GatewayError} 400 for one that names a tool which chat cannot have.
 */
export function chatToolChoice(value: unknown): ChatToolChoice {
  const open = (choice: unknown) => ({ choice, allowed: undefined });
  if (!isGiven(value)) return open(undefined);
  if (value === 'none' || value === 'auto' || value === 'required') return open(value);
  if (isRecord(value)) {
    const name = functionOf(value);
    if (name !== undefined) return open({ type: 'function', function: { name } });
    if (value['type'] === 'allowed_tools' && Array.isArray(value['tools'])) {
      const allowed = value['tools'].map((tool, at) => {
        const each = isRecord(tool) ? functionOf(tool) : undefined;
        if (each === undefined) throw unknownChoice(`tool_choice.tools[${at}]`);
        return each;
      });
      return { choice: value['mode'] === 'required' ? 'required' : 'auto', allowed };
    }
  }
  throw unknownChoice('tool_choice');
}

function functionOf({ type, name, namespace }: Json): string | undefined {
  if ((type !== 'function' && type !== 'custom') || typeof name !== 'string') return undefined;
  return functionNameOf(name, typeof namespace === 'string' ? namespace : undefined);
}

function unknownChoice(param: string): Error {
  return invalid(
    param,
    'unsupported_value',
    `Unsupported '${param}': for a model that is served through chat completions it may be "none", "auto", "required", or name functions and custom tools.`,
  );
}
