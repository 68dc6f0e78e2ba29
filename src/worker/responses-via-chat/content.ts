/** The content of input items as chat takes it. */
import { isGiven, isRecord } from '../http/json/read.ts';
import { invalid } from '../via-chat/refusal.ts';

/** A part of a chat message (https://platform.openai.com/docs/api-reference/chat/create). */
export type ChatPart = Readonly<Record<string, unknown>>;

/** A chat message's content: a text, or parts where there is more than text. */
export type ChatContent = string | readonly ChatPart[];

/**
 * Content as chat has it: one text where there is nothing else.
 * @param path where it stands in the request, such as `input[2].content`.
 * @throws {GatewayError} 400 for a part that chat cannot take.
 */
export function chatContent(content: unknown, path: string): ChatContent {
  if (typeof content === 'string') return content;
  if (!isGiven(content)) return '';
  if (!Array.isArray(content)) {
    throw invalid(
      path,
      'invalid_type',
      `Invalid type for '${path}': expected a string or an array of parts.`,
    );
  }
  const parts = content.map((part, at) => chatPart(part, `${path}[${at}]`));
  return parts.every(isText) ? parts.map(({ text }) => text).join('\n') : parts;
}

interface TextPart extends ChatPart {
  readonly type: 'text';
  readonly text: string;
}

/** Whether a part is text. */
export function isText(part: ChatPart): part is TextPart {
  return part['type'] === 'text';
}

/** The parts of a content. */
export function partsOf(content: ChatContent): readonly ChatPart[] {
  if (typeof content !== 'string') return content;
  return content === '' ? [] : [{ type: 'text', text: content }];
}

/** The text of a content, without what is no text. */
export function textOf(content: ChatContent): string {
  return typeof content === 'string'
    ? content
    : content.flatMap((part) => (isText(part) ? [part.text] : [])).join('\n');
}

function chatPart(part: unknown, path: string): ChatPart {
  const type = isRecord(part) ? part['type'] : undefined;
  if (!isRecord(part) || typeof type !== 'string') {
    throw invalid(path, 'invalid_type', `Invalid type for '${path}': expected an object with a type.`);
  }
  switch (type) {
    case 'input_text':
    case 'output_text':
    case 'text':
    case 'summary_text':
    case 'reasoning_text':
      return { type: 'text', text: textMember(part, 'text', path) };
    case 'refusal':
      return { type: 'text', text: textMember(part, 'refusal', path) };
    case 'input_image':
      return imagePart(part, path);
    case 'input_file':
      return filePart(part, path);
    case 'input_audio':
      return { type: 'input_audio', input_audio: part['input_audio'] };
    default:
      throw invalid(
        `${path}.type`,
        'invalid_value',
        `Invalid '${path}.type': a model that is served through chat completions takes text, images, sound and inline files.`,
      );
  }
}

function textMember(part: Readonly<Record<string, unknown>>, name: string, path: string): string {
  const text = part[name];
  if (typeof text === 'string') return text;
  throw invalid(`${path}.${name}`, 'invalid_type', `Invalid type for '${path}.${name}': expected a string.`);
}

function imagePart({ image_url: url, detail }: Readonly<Record<string, unknown>>, path: string): ChatPart {
  if (typeof url !== 'string') throw stored(path, 'an image', '`image_url`');
  // Chat knows no such detail; the next one asks for as much as it can give.
  const known = detail === 'original' ? 'high' : detail;
  return { type: 'image_url', image_url: typeof known === 'string' ? { url, detail: known } : { url } };
}

function filePart({ filename, file_data: data }: Readonly<Record<string, unknown>>, path: string): ChatPart {
  if (typeof data !== 'string') throw stored(path, 'a file', '`file_data`');
  return { type: 'file', file: { ...(typeof filename === 'string' ? { filename } : {}), file_data: data } };
}

/** What lies at the vendor, or at an address that chat has no member for. */
function stored(path: string, what: string, member: string): Error {
  return invalid(
    path,
    'unsupported_value',
    `Unsupported '${path}': a model that is served through chat completions takes ${what} inline. Send it as ${member} (a data: URL).`,
  );
}
