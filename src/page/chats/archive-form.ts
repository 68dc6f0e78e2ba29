/** The file that "Export all" writes and "Import" reads: plain JSON, without keys or settings. Pure. */
import type { Chat, Message } from '../chat/types.ts';

export interface Archive {
  readonly format: 'nexcode-conversations';
  readonly version: 1;
  readonly chats: readonly Chat[];
  readonly messages: readonly Message[];
}

export function archive(chats: readonly Chat[], messages: readonly Message[]): Archive {
  return { format: 'nexcode-conversations', version: 1, chats, messages };
}
