/** What can be done with a conversation in the list. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useApp, useTranslate } from '../app/app-context.ts';
import { Menu, type MenuAction } from '../app/menu.tsx';
import { type Chat, isTemporary } from '../chat/types.ts';
import { archiveChat, deleteChat, renameChat } from './chat-changes.ts';
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
  const kept: readonly MenuAction[] = [
    [t(chat.pinned ? 'unpin' : 'pin'), () => void patchChat(app, chat.id, { pinned: !chat.pinned })],
    [
      t(chat.archived ? 'unarchive' : 'archive'),
      () => {
        onDone();
        void archiveChat(app, chat, !chat.archived).then(focusList);
      },
    ],
  ];
  const actions: readonly MenuAction[] = [
    [t('rename'), rename],
    ...(isTemporary(chat.id) ? [] : kept),
    [t('exportMarkdown'), () => void download('markdown')],
    [t('exportJson'), () => void download('json')],
    [
      t('delete'),
      () => {
        // The notice with its undo must not lie behind a drawer.
        onDone();
        void deleteChat(app, chat.id).then(focusList);
      },
      'danger',
    ],
  ];
  return <Menu at={at} actions={actions} onClose={close} />;
}

interface RenameProps {
  readonly chat: Chat;
  /** @param byKey the keyboard ended it, so that nothing else has the focus now */
  done(byKey: boolean): void;
}

export function Rename({ chat, done }: RenameProps) {
  const app = useApp();
  const t = useTranslate();
  const field = useRef<HTMLInputElement>(null);
  const finished = useRef(false);
  // Before the next key, which would go to the message field.
  useLayoutEffect(() => field.current?.select(), []);
  const finish = (title: string, byKey: boolean) => {
    if (finished.current) return;
    finished.current = true;
    void renameChat(app, chat.id, title);
    done(byKey);
  };
  return (
    <input
      class="rename"
      ref={field}
      defaultValue={chat.title}
      aria-label={t('rename')}
      onBlur={(event) => finish(event.currentTarget.value, false)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') finish(event.currentTarget.value, true);
        if (event.key === 'Escape') {
          event.preventDefault();
          finish('', true);
        }
      }}
    />
  );
}

/** What had the focus is gone with its conversation: the list's first button takes it, unless something else did. */
function focusList(): void {
  if (document.activeElement === document.body) document.querySelector<HTMLElement>('.side .new')?.focus();
}
