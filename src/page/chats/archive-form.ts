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

export function archive(
  chats: readonly Chat[],
  messages: readonly Message[],
  prompts: readonly Prompt[] = [],
  files: readonly ArchivedFile[] = [],
): Archive {
  const more = { ...(prompts.length > 0 && { prompts }), ...(files.length > 0 && { files }) };
  return { format: 'nexcode-conversations', version: 1, chats, messages, ...more };
}
