/** An answer as its chunks add up. Pure: one chunk after the other, any upstream's flavour. */
import { list, number, record, text } from './json.ts';
import { splitThinking } from './thinking.ts';

/** A tool that the model asked for; `arguments` is JSON as the model wrote it. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: string;
  /** Where the server gives one: by these its pieces are told from those of another call. */
  readonly id?: string;
  readonly index?: number;
}

/** A page that the answer names as its source. */
export interface Source {
  readonly url: string;
  readonly title: string;
}

/** What an answer holds beside its text. Absent where there is none. */
export interface Extras {
  /** Addresses: `https:` or `data:`. */
  readonly images?: readonly string[];
  readonly tools?: readonly ToolCall[];
  readonly sources?: readonly Source[];
}

export interface Answer extends Extras {
  readonly text: string;
  readonly reasoning: string;
  readonly finish: string | null;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  /** What it cost, in the upstream's own unit. Absent where the upstream does not say. */
  readonly cost?: number;
  /** The text as it came, where a part of it is held back or belongs to the reasoning. */
  readonly raw?: string;
  /** The reasoning that came in a field of its own, where `reasoning` holds more than that. */
  readonly ownReasoning?: string;
}

export const NO_ANSWER: Answer = { text: '', reasoning: '', finish: null };

/**
 * Adds one `chat.completion.chunk`, or a whole `chat.completion`. Reads only the first choice; a chunk without choices
 * may carry usage or citations. Reasoning comes as `reasoning_content` (DeepSeek, llama.cpp), as `reasoning` or
 * `reasoning_details` (OpenRouter, vLLM), as a part of type `thinking` (Mistral), or in `<think>` at the start of the
 * text.
 */
export function withChunk(answer: Answer, chunk: unknown): Answer {
  const fields = record(chunk);
  const choice = record(list(fields['choices'])[0]);
  const delta = record(choice['delta'] ?? choice['message']);
  const usage = record(fields['usage']);
  const promptTokens = number(usage['prompt_tokens']) ?? answer.promptTokens;
  const completionTokens = number(usage['completion_tokens']) ?? answer.completionTokens;
  const cost = costOf(usage['cost']) ?? answer.cost;
  const said = contentOf(delta['content']);
  const words =
    said.text + text(delta['refusal']) + text(record(delta['audio'])['transcript']) + text(choice['text']);
  const thought =
    (text(delta['reasoning_content']) ||
      text(delta['reasoning']) ||
      text(delta['thinking']) ||
      list(delta['reasoning_details'])
        .map((detail) => text(record(detail)['text']))
        .join('')) + said.thinking;
  // A whole message may come after its own chunks: what was said already is not said twice.
  const whole = !choice['delta'] && choice['message'] !== undefined;
  const raw = grown(answer.raw ?? answer.text, words, whole);
  const own = grown(answer.ownReasoning ?? answer.reasoning, thought, whole);
  const images = added(answer.images, [...said.images, ...list(delta['images']).map(imageOf)]);
  const tools = withTools(answer.tools, delta, whole);
  const sources = withSources(answer.sources, [
    ...list(delta['annotations']),
    ...list(fields['citations']),
    ...list(fields['search_results']),
  ]);
  return {
    ...folded(raw, own, false),
    finish: text(choice['finish_reason']) || answer.finish,
    ...(promptTokens !== undefined && { promptTokens }),
    ...(completionTokens !== undefined && { completionTokens }),
    ...(cost !== undefined && { cost }),
    ...(images && { images }),
    ...(tools && { tools }),
    ...(sources && { sources }),
  };
}

/**
 * The cost of a call where its usage tells one: a number (OpenRouter, in credits), or sums whose whole is `total_cost`
 * (Perplexity, in US dollars). Nothing is not told as a price: with a key of the caller's at the vendor's, OpenRouter says 0.
 * @see https://openrouter.ai/docs/use-cases/usage-accounting
 */
function costOf(told: unknown): number | undefined {
  const cost = number(told) ?? number(record(told)['total_cost']);
  return cost !== undefined && cost > 0 ? cost : undefined;
}

/** The answer once no more comes: what was held back, as it might have become a tag, is text. */
export function settled(answer: Answer): Answer {
  const { raw, ownReasoning, ...rest } = answer;
  return raw === undefined ? answer : { ...rest, ...folded(raw, ownReasoning ?? '', true) };
}

type Folded = Pick<Answer, 'text' | 'reasoning' | 'raw' | 'ownReasoning'>;

function folded(raw: string, own: string, whole: boolean): Folded {
  const { thinking, text: words } = splitThinking(raw, whole);
  if (words === raw) return { text: raw, reasoning: own };
  const reasoning = own + thinking;
  return whole ? { text: words, reasoning } : { text: words, reasoning, raw, ownReasoning: own };
}

function grown(before: string, more: string, whole: boolean): string {
  return whole && before !== '' && more.startsWith(before) ? more : before + more;
}

interface Content {
  readonly text: string;
  readonly thinking: string;
  readonly images: readonly string[];
}

/** Content as a text, or as parts: `text`, `output_text`, `refusal`, `thinking`, `image_url`, `output_audio`. */
function contentOf(content: unknown): Content {
  if (!Array.isArray(content)) return { text: text(content), thinking: '', images: [] };
  const parts = content.map((part) => ({ part: record(part), plain: text(part) }));
  return {
    text: parts
      .map(
        ({ part, plain }) => plain || text(part['text']) || text(part['refusal']) || text(part['transcript']),
      )
      .join(''),
    thinking: parts.map(({ part }) => text(part['thinking']) || contentOf(part['thinking']).text).join(''),
    images: parts.map(({ part }) => imageOf(part)),
  };
}

/** `{ image_url: { url } }`, `{ image_url: "…" }`, or `{ b64_json }`; empty where it is no image. */
function imageOf(value: unknown): string {
  const part = record(value);
  const given = part['image_url'];
  const address = text(given) || text(record(given)['url']) || text(part['url']);
  const bytes = text(part['b64_json']);
  return address || (bytes && `data:image/png;base64,${bytes}`);
}

function added(
  before: readonly string[] | undefined,
  more: readonly string[],
): readonly string[] | undefined {
  const fresh = more.filter((address) => address !== '' && !before?.includes(address));
  return fresh.length > 0 ? [...(before ?? []), ...new Set(fresh)] : before;
}

/** Calls grow piece by piece; a call that comes whole after its pieces is not said twice. */
function withTools(
  before: readonly ToolCall[] | undefined,
  delta: Readonly<Record<string, unknown>>,
  whole: boolean,
): readonly ToolCall[] | undefined {
  const pieces = list(delta['tool_calls']);
  const legacy = delta['function_call'] ? [{ index: 0, function: delta['function_call'] }] : [];
  if (pieces.length + legacy.length === 0) return before;
  const calls = [...(before ?? [])];
  for (const piece of [...pieces, ...legacy]) {
    const fields = record(piece);
    const called = record(fields['function'] ?? fields['custom']);
    const given = called['arguments'] ?? called['input'];
    const more = typeof given === 'string' || given === undefined ? text(given) : JSON.stringify(given);
    const [id, index, name] = [text(fields['id']), number(fields['index']), text(called['name'])];
    const at = placeOf(calls, id, index, name);
    const known = calls[at];
    calls[at < 0 ? calls.length : at] = {
      ...known,
      name: name || (known?.name ?? ''),
      arguments: grown(known?.arguments ?? '', more, whole),
      ...(id && { id }),
      ...(index !== undefined && { index }),
    };
  }
  return calls;
}

/**
 * The call that a piece belongs to: that of its identifier, else of its index, else the last. One that has another
 * identifier, or a name and nothing to know it by, is a new one (-1).
 */
function placeOf(calls: readonly ToolCall[], id: string, index: number | undefined, name: string): number {
  const fits = (call: ToolCall) => index === undefined || call.index === undefined || call.index === index;
  if (id) {
    const same = calls.findLastIndex((call) => call.id === id && fits(call));
    if (same >= 0) return same;
    // A server may name the call only after its first piece.
    return index === undefined ? -1 : calls.findLastIndex((call) => !call.id && call.index === index);
  }
  if (index !== undefined) return calls.findLastIndex((call) => call.index === index);
  return name ? -1 : calls.length - 1;
}

/** Annotations of type `url_citation` (OpenAI, OpenRouter), and the lists of addresses that search models send. */
function withSources(
  before: readonly Source[] | undefined,
  more: readonly unknown[],
): readonly Source[] | undefined {
  const known = new Map((before ?? []).map((source) => [source.url, source]));
  for (const item of more) {
    const fields = record(item);
    const cited = record(fields['url_citation'] ?? item);
    const url = text(item) || text(cited['url']);
    const title = text(cited['title']) || known.get(url)?.title || '';
    if (url) known.set(url, { url, title });
  }
  return known.size > 0 ? [...known.values()] : before;
}
