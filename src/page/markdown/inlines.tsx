/** Inline tokens as nodes. A text only ever becomes a text node; an address only ever passes `safeLink`. */

import type { Token } from 'marked';
import type { ComponentChild, VNode } from 'preact';
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
};

export function inlines(tokens: readonly Token[] | undefined, context: InlineContext): ComponentChild[] {
  return (tokens ?? []).map((token) => inline(token as MarkdownToken, context));
}

function inline(token: MarkdownToken, context: InlineContext): ComponentChild {
  switch (token.type) {
    case 'text':
      return token.tokens ? inlines(token.tokens, context) : decodeEntities(token.text);
    case 'escape':
      return token.text;
    case 'html':
      // The one tag that is obeyed: tables have no other way to break a line.
      return /^<br\s*\/?>$/i.test(token.raw) ? <br /> : token.raw;
    case 'strong':
      return <strong>{inlines(token.tokens, context)}</strong>;
    case 'em':
      return <em>{inlines(token.tokens, context)}</em>;
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
