/** Pictures and files of a question: what is stored of them, and how they are told apart. Pure. */

/** What a message says of a file; its bytes are a row of their own under the same identifier. */
export interface Attachment {
  readonly id: string;
  /** `image`: sent as a picture. `text`: sent in the question's words. `pdf`: sent as a file. */
  readonly kind: 'image' | 'text' | 'pdf';
  readonly name: string;
  /** The media type of what is stored. */
  readonly type: string;
  readonly bytes: number;
  /** Pixels, of a picture. */
  readonly width?: number;
  readonly height?: number;
}

/** The bytes of one file. `chat` is empty until its message is sent. */
export interface StoredFile {
  readonly id: string;
  readonly chat: string;
  readonly blob: Blob;
}

/** The most that one file may hold, in bytes; a picture is scaled down first. */
export const LIMITS = { image: 40_000_000, text: 400_000, pdf: 15_000_000 } as const;
/** How many files a question may have. */
export const MOST_FILES = 20;

const PICTURE = /^image\/(?!svg)/;
const TEXT_TYPE = /^text\/|\b(?:json|xml|yaml|toml|javascript|typescript|x-sh|sql|svg\+xml)\b/;
const TEXT_NAME =
  /\.(?:txt|md|mdx|markdown|rst|csv|tsv|log|json|jsonl|ya?ml|toml|ini|cfg|conf|env|xml|html?|css|scss|less|svg|[cm]?[jt]sx?|vue|svelte|py|ipynb|rb|go|rs|java|kt|swift|c|h|cc|cpp|hpp|cs|php|pl|lua|r|jl|scala|sh|bash|zsh|ps1|bat|sql|graphql|proto|dockerfile|makefile|gradle|tf|diff|patch|tex|bib|srt|vtt)$/i;

/** What a file is by its type and name; null where only its bytes can tell whether it is text. */
export function kindOf(name: string, type: string): Attachment['kind'] | null {
  if (PICTURE.test(type)) return 'image';
  if (type === 'application/pdf' || /\.pdf$/i.test(name)) return 'pdf';
  return TEXT_TYPE.test(type) || TEXT_NAME.test(name) ? 'text' : null;
}

/** The text of the bytes, or null where they are none: other than UTF-8, or with control characters. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return [...text.slice(0, 4000)].some(isControl) ? null : text;
  } catch {
    return null;
  }
}

/** NUL and other characters that no text file holds; terminals' escapes stand in logs. */
function isControl(character: string): boolean {
  return character < ' ' && !'\t\n\f\r\u001b'.includes(character);
}

/** What a reader who does not see the picture is told: its name without the ending. */
export function altText(name: string): string {
  return (
    name
      .replace(/\.[a-z\d]{1,5}$/i, '')
      .replace(/[_-]+/g, ' ')
      .trim() || name
  );
}

/** A text file as a part of the question: named, and in a fence that its own fences do not end. */
export function asBlock(name: string, text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  const language = /\.([a-z\d]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return `${name}\n${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`;
}

/** Bytes as people read them. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
