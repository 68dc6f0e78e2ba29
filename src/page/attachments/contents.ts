/** What a question with files is sent as. */
import type { Stamp } from '../chat/types.ts';
import { canSee } from '../models/abilities.ts';
import type { ListedModel } from '../models/model.ts';
import { type Attachment, altText, asBlock } from './attachment.ts';
import { dataUrl } from './data-url.ts';

/** A part of a message (https://platform.openai.com/docs/api-reference/chat/create). */
export type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } }
  | { readonly type: 'file'; readonly file: { readonly filename: string; readonly file_data: string } };

/** Whether the answerer looks at pictures and files; null where nothing tells. */
export function seesFiles({ mode, model }: Stamp, models: readonly ListedModel[]): boolean | null {
  if (mode === 'assistant') return false;
  return canSee(models.find(({ id }) => id === model) ?? { id: model });
}

interface Loaded {
  readonly attachment: Attachment;
  /** Missing where its row is gone. */
  readonly blob: Blob | undefined;
}

/** Texts join the question's words. A model that sees nothing gets a picture's name in its place. */
export async function contentOf(
  question: string,
  files: readonly Loaded[],
  sees: boolean,
): Promise<string | readonly Part[]> {
  const words = [question];
  const parts: Part[] = [];
  for (const { attachment, blob } of files) {
    const { kind, name, type } = attachment;
    if (kind === 'text' && blob) words.push(asBlock(name, await blob.text()));
    else if (!sees || !blob) words.push(`[${altText(name)}]`);
    else if (kind === 'image')
      parts.push({ type: 'image_url', image_url: { url: await dataUrl(blob, type) } });
    else parts.push({ type: 'file', file: { filename: name, file_data: await dataUrl(blob, type) } });
  }
  const text = words.filter(Boolean).join('\n\n');
  if (parts.length === 0) return text;
  return [...(text ? [{ type: 'text' as const, text }] : []), ...parts];
}
