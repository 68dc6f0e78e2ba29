/** The file that "Export all" writes and "Import" reads: plain JSON, without keys or settings. Pure. */
import type { Chat, Message } from '../chat/types.ts';
import type { Prompt } from '../prompts/prompt.ts';

export interface Archive {
  readonly format: 'nexcode-conversations';
  readonly version: 1;
  readonly chats: readonly Chat[];
  readonly messages: readonly Message[];
  /** The reader's prompts, in an export of everything. */
  readonly prompts?: readonly Prompt[];
  /** The bytes of the messages' pictures and files, each as a `data:` address. */
  readonly files?: readonly ArchivedFile[];
}

export interface ArchivedFile {
  readonly id: string;
  readonly data: string;
}

/**
 * The same as pieces of a JSON file, each no larger than the largest file of a message: one text of everything may be
 * longer than a browser's longest string.
 */
export function archiveParts({ files, ...rest }: Archive): readonly string[] {
  const head = JSON.stringify(rest, null, 1);
  if (!files) return [head];
  const parts = files.map((file, index) => `${index > 0 ? ',' : ''}\n  ${JSON.stringify(file)}`);
  return [head.slice(0, -2), ',\n "files": [', ...parts, '\n ]\n}'];
}

export function archive(
  chats: readonly Chat[],
  messages: readonly Message[],
  prompts: readonly Prompt[] = [],
  files: readonly ArchivedFile[] = [],
): Archive {
  const more = { ...(prompts.length > 0 && { prompts }), ...(files.length > 0 && { files }) };
  return { format: 'nexcode-conversations', version: 1, chats, messages, ...more };
}
