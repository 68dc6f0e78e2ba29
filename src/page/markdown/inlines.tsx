/** Inline tokens as nodes. A text only ever becomes a text node; an address only ever passes `safeLink`. */

import type { Token } from 'marked';
import { type ComponentChild, h, type VNode } from 'preact';
import { decodeEntities } from './entities.ts';
import type { MarkdownLabels } from './labels.ts';
import type { MarkdownToken } from './lexer.ts';
import { Maths } from './maths.tsx';
import { ELSEWHERE, safeLink } from './safe-link.ts';

/** What every node of an answer may need. */
export type InlineContext = {
  labels: MarkdownLabels;
  /** Copies a text, beside it the same as a document, and says whether it could. */
  copy: (text: string, html?: string) => Promise<boolean>;
  /** Saves a code block as a file; `info` is what stands after its fence. */
  save: (text: string, info: string) => Promise<void>;
  inLink?: boolean;
  /** How many tags are open around it. */
  tags?: number;
};

/** Tags that are obeyed, where they are closed again and say nothing more. */
const OPENING_TAG = /^<(sub|sup|kbd)>$/i;
/** Tags inside one another, beyond which they are text. */
const MAX_TAGS = 8;
const CJK_LETTER = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

export function inlines(tokens: readonly Token[] | undefined, context: InlineContext): ComponentChild[] {
  const nodes: ComponentChild[] = [];
  const all = (tokens ?? []) as readonly MarkdownToken[];
  const { tags = 0 } = context;
  for (let at = 0; at < all.length; at++) {
    const token = all[at] as MarkdownToken;
    const name =
      token.type === 'html' && tags < MAX_TAGS ? OPENING_TAG.exec(token.raw)?.[1]?.toLowerCase() : undefined;
    const end = name === undefined ? -1 : closingTag(all, at, name);
    if (name === undefined || end < 0) {
      nodes.push(inline(token, context));
    } else {
      nodes.push(h(name, null, inlines(all.slice(at + 1, end), { ...context, tags: tags + 1 })));
      at = end;
    }
  }
  return nodes;
}

/** Where the tag that opens at `at` is closed; -1 where it is not. */
function closingTag(tokens: readonly MarkdownToken[], at: number, name: string): number {
  let depth = 0;
  for (let end = at; end < tokens.length; end++) {
    const token = tokens[end];
    if (token?.type !== 'html') continue;
    const tag = token.raw.toLowerCase();
    if (tag === `<${name}>`) depth++;
    if (tag === `</${name}>` && --depth === 0) return end;
  }
  return -1;
}

function inline(token: MarkdownToken, context: InlineContext): ComponentChild {
  switch (token.type) {
    case 'text':
      return token.tokens ? inlines(token.tokens, context) : decodeEntities(token.text);
    case 'escape':
      return token.text;
    case 'html':
      // Tables have no other way to break a line.
      return /^<br\s*\/?>$/i.test(token.raw) ? <br /> : token.raw;
    case 'strong':
      return <strong>{inlines(token.tokens, context)}</strong>;
    case 'em':
      // Slanted ideographs are hard to read: Chinese emphasises by dots.
      return (
        <em class={CJK_LETTER.test(token.text) ? 'md-dots' : undefined}>{inlines(token.tokens, context)}</em>
      );
    case 'del':
      return <del>{inlines(token.tokens, context)}</del>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'footnoteMark':
      return <sup>{token.label}</sup>;
    case 'br':
      return <br />;
    case 'maths':
      return <Maths token={token} />;
    case 'checkbox':
      return <TaskBox checked={token.checked} labels={context.labels} />;
    case 'link': {
      const link = safeLink(token.href);
      const children = inlines(token.tokens, { ...context, inLink: true });
      if (!link) return children;
      return (
        <a href={link.href} title={token.title ? decodeEntities(token.title) : undefined} {...ELSEWHERE}>
          {children}
        </a>
      );
    }
    case 'image':
      return imageChip(token.href, plainText(token.tokens), context);
    default:
      return token.raw;
  }
}

/** An image is not loaded: its address could carry the conversation away. The reader sees where it lies and may open it. */
function imageChip(address: string, description: string, { labels, inLink }: InlineContext): VNode {
  const link = safeLink(address);
  const content = [
    <span class="md-image-name">{description || labels.image}</span>,
    link?.host ? <span class="md-image-host">{link.host}</span> : null,
  ];
  if (!link || inLink) return <span class="md-image">{content}</span>;
  return (
    <a class="md-image" href={link.href} {...ELSEWHERE}>
      {content}
    </a>
  );
}

/** A task's box is a picture, not a control: nothing would come of ticking it. */
function TaskBox({ checked, labels }: { checked: boolean; labels: MarkdownLabels }): VNode {
  const label = checked ? labels.taskDone : labels.taskOpen;
  return <span class={checked ? 'md-task md-task-done' : 'md-task'} role="img" aria-label={label} />;
}

function plainText(tokens: readonly Token[]): string {
  return (tokens as readonly MarkdownToken[])
    .map((token) => {
      if ('tokens' in token && token.tokens) return plainText(token.tokens);
      return 'text' in token ? decodeEntities(token.text) : '';
    })
    .join('');
}
