/** The conversations: search, open, rename, pin, export, delete. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { App } from '../app/app.ts';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { loadChatMenu, loadRename } from '../app/fetched.ts';
import { Icon } from '../app/icon.tsx';
import { lazy } from '../app/lazy.tsx';
import { Seal } from '../app/seal.tsx';
import { useToday } from '../app/use-today.ts';
import type { Chat } from '../chat/types.ts';
import { chatAddress, openChat } from './chats.ts';
import { groupsOf } from './groups.ts';
import type { Hit } from './search.ts';
import { useSearch } from './use-search.ts';

const ChatMenu = lazy(loadChatMenu);
const Rename = lazy(loadRename);

/** @param onDone called when the list has done its work, so that a drawer can close */
export function ChatList({ onDone }: { readonly onDone: () => void }) {
  const app = useApp();
  const t = useTranslate();
  const chats = useSelect((state) => state.chats);
  const [words, setWords] = useState('');
  const found = useSearch(words.trim());
  const searching = useSelect((state) => state.searching);
  const seek = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!searching) return;
    // After the drawer that it may be in has been opened, which moves the focus.
    queueMicrotask(() => {
      seek.current?.focus();
      app.state.set({ searching: false });
    });
  }, [searching]);
  const [renaming, setRenaming] = useState<string | null>(null);
  const [renamed, setRenamed] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ chat: Chat; at: DOMRect } | null>(null);
  const locale = useSelect((state) => state.locale);
  const today = useToday();
  const shown = found ? chats.filter((chat) => found.has(chat.id)) : chats;
  const entry = (chat: Chat) => (
    <li key={chat.id}>
      {renaming === chat.id ? (
        <Rename
          chat={chat}
          done={(byKey) => {
            setRenaming(null);
            setRenamed(byKey ? chat.id : null);
          }}
        />
      ) : (
        <ChatEntry
          chat={chat}
          hit={found?.get(chat.id)}
          focused={renamed === chat.id}
          open={() => {
            void openFound(app, chat.id, found?.get(chat.id), words);
            onDone();
          }}
          more={(at) => {
            setRenamed(null);
            setMenu({ chat, at });
          }}
        />
      )}
    </li>
  );
  return (
    <>
      <div class="side-top">
        <a
          class="brand"
          href="/"
          onClick={plainClick(() => {
            void openChat(app, null);
            onDone();
          })}
        >
          <Seal />
          NexCode
        </a>
        <button
          type="button"
          class="new"
          onClick={() => {
            void openChat(app, null);
            onDone();
          }}
        >
          <Icon name="plus" />
          {t('newChat')}
        </button>
        <label class="search">
          <Icon name="search" />
          <input
            type="search"
            ref={seek}
            value={words}
            aria-label={t('search')}
            placeholder={t('search')}
            onInput={(event) => setWords(event.currentTarget.value)}
            onKeyDown={(event) => {
              // The first Escape empties the search; the next is the drawer's.
              if (event.key !== 'Escape' || !words) return;
              event.preventDefault();
              setWords('');
            }}
          />
        </label>
      </div>
      {shown.length === 0 && <p class="none">{t(words ? 'nothingFound' : 'noChats')}</p>}
      <div class="chats">
        {groupsOf(shown, today, locale, t).map(({ name, chats, folded }) => (
          <details key={name} open={!folded || found !== null}>
            <summary>{name}</summary>
            <ul>{chats.map(entry)}</ul>
          </details>
        ))}
      </div>
      {menu && (
        <ChatMenu
          chat={menu.chat}
          at={menu.at}
          rename={() => setRenaming(menu.chat.id)}
          close={() => setMenu(null)}
          onDone={onDone}
        />
      )}
    </>
  );
}

function ChatEntry({
  chat,
  hit,
  focused,
  open,
  more,
}: {
  readonly chat: Chat;
  /** Where the words that are sought stand in it. */
  readonly hit: Hit | undefined;
  /** Its button takes the focus: the field that had it was in its place. */
  readonly focused: boolean;
  open: () => void;
  more: (at: DOMRect) => void;
}) {
  const t = useTranslate();
  const current = useSelect((state) => state.open === chat.id);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focused) button.current?.focus();
  }, [focused]);
  return (
    <>
      <a
        href={chatAddress(chat.id)}
        dir="auto"
        aria-current={current ? 'page' : undefined}
        title={chat.title}
        onClick={plainClick(open)}
      >
        {chat.pinned && (
          <span class="pinned">
            <Icon name="pin" />
          </span>
        )}
        {chat.title}
        {hit?.snippet && (
          <small class="snippet">
            {hit.snippet.before}
            <mark>{hit.snippet.found}</mark>
            {hit.snippet.after}
          </small>
        )}
      </a>
      <button
        type="button"
        class="quiet more"
        ref={button}
        aria-haspopup="true"
        aria-label={t('actionsFor', { title: chat.title })}
        onClick={(event) => more(event.currentTarget.getBoundingClientRect())}
      >
        <Icon name="more" />
      </button>
    </>
  );
}

/** Opens a conversation, at the words where it was found by them. */
async function openFound(app: App, chat: string, hit: Hit | undefined, words: string): Promise<void> {
  const opener = hit && (await import('./open-hit.ts').catch(() => null));
  await (opener ? opener.openHit(app, chat, hit.message, words) : openChat(app, chat));
}

/** Leaves clicks that ask for a new tab or window to the browser. */
function plainClick(act: () => void): (event: MouseEvent) => void {
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    act();
  };
}
