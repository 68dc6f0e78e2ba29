/** What can be done with a conversation in the list. */
import { useEffect, useRef } from 'preact/hooks';
import { useApp, useTranslate } from '../app/app-context.ts';
import { Menu, type MenuAction } from '../app/menu.tsx';
import type { Chat } from '../chat/types.ts';
import { deleteChat, renameChat } from './chat-changes.ts';
import { patchChat } from './chats.ts';

interface ChatMenuProps {
  readonly chat: Chat;
  /** Where the button is that opened it. */
  readonly at: DOMRect;
  rename(): void;
  close(): void;
  onDone(): void;
}

export function ChatMenu({ chat, at, rename, close, onDone }: ChatMenuProps) {
  const app = useApp();
  const t = useTranslate();
  const download = async (format: 'markdown' | 'json') =>
    (await import('./download.ts')).downloadChat(app, chat, format);
  const actions: readonly MenuAction[] = [
    [t('rename'), rename],
    [t(chat.pinned ? 'unpin' : 'pin'), () => void patchChat(app, chat.id, { pinned: !chat.pinned })],
    [t('exportMarkdown'), () => void download('markdown')],
    [t('exportJson'), () => void download('json')],
    [
      t('delete'),
      () => {
        // The notice with its undo must not lie behind a drawer.
        onDone();
        void deleteChat(app, chat.id).then(focusList);
      },
    ],
  ];
  return <Menu at={at} actions={actions} onClose={close} />;
}

export function Rename({ chat, done }: { readonly chat: Chat; done: () => void }) {
  const app = useApp();
  const t = useTranslate();
  const field = useRef<HTMLInputElement>(null);
  const finished = useRef(false);
  useEffect(() => field.current?.select(), []);
  const finish = (title: string) => {
    if (finished.current) return;
    finished.current = true;
    void renameChat(app, chat.id, title);
    done();
  };
  return (
    <input
      class="rename"
      ref={field}
      defaultValue={chat.title}
      aria-label={t('rename')}
      onBlur={(event) => finish(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') finish(event.currentTarget.value);
        if (event.key === 'Escape') {
          event.preventDefault();
          finish('');
        }
      }}
    />
  );
}

/** What had the focus is gone with its conversation: the list's first button takes it, unless something else did. */
function focusList(): void {
  if (document.activeElement === document.body) document.querySelector<HTMLElement>('.side .new')?.focus();
}
