/** What a question is made of: words, text files, standard input, pictures. */
import { fstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { ChatCompletionContentPart } from 'openai/resources/chat/completions';
import { CommandError } from './exit.ts';
import type { Words } from './words.ts';

/** A text with its name. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** One text of a question and what comes with it: the question first, then what was piped in, then the files. Pure. */
export function joinQuestion(question: string, piped: string, files: readonly NamedText[]): string {
  const parts = [
    question.trim(),
    piped.trim(),
    ...files.map(({ name, text }) => `${name}:\n\n${text.trim()}`),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** A message's content: the text alone, or with pictures. Pure. */
export function contentOf(text: string, pictures: readonly string[]): string | ChatCompletionContentPart[] {
  if (pictures.length === 0) return text;
  return [
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
    ...pictures.map((url) => ({ type: 'image_url' as const, image_url: { url } })),
  ];
}

/** Reads a text file. Throws CommandError for one that cannot be read, or is no UTF-8. */
export async function readTextFile(file: string, words: Words): Promise<NamedText> {
  return { name: basename(file), text: decode(await readBytes(file, words), file, words) };
}

/** What is piped in; nothing at a terminal, or where standard input leads nowhere. */
export async function readPiped(words: Words): Promise<string> {
  if (!isPiped()) return '';
  return decode(await buffer(process.stdin), 'stdin', words);
}

/** The URL of a picture: as it was said, or a file's bytes as a data URL. */
export async function pictureUrl(picture: string, words: Words): Promise<string> {
  if (/^(?:https?:\/\/|data:image\/)/i.test(picture)) return picture;
  const bytes = await readBytes(picture, words);
  const type = pictureType(bytes);
  if (type === undefined) throw new CommandError(words.notPicture(picture));
  return `data:${type};base64,${bytes.toString('base64')}`;
}

/** A picture's type by its first bytes; undefined for what models do not read. Pure. */
function pictureType(bytes: Buffer): string | undefined {
  const head = bytes.toString('latin1', 0, 12);
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(head)) return 'image/gif';
  if (/^RIFF.{4}WEBP/s.test(head)) return 'image/webp';
  return undefined;
}

function isPiped(): boolean {
  if (process.stdin.isTTY) return false;
  try {
    const stats = fstatSync(0);
    return stats.isFIFO() || stats.isFile() || stats.isSocket();
  } catch {
    // Standard input was closed.
    return false;
  }
}

async function readBytes(file: string, words: Words): Promise<Buffer> {
  return readFile(file).catch((error: unknown) => {
    throw new CommandError(words.unreadableFile(file), undefined, { cause: error });
  });
}

function decode(bytes: Buffer, file: string, words: Words): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // The same answer as for a NUL.
  }
  throw new CommandError(words.notText(file));
}
