/** Block tokens as nodes. */
import type { Token, Tokens } from 'marked';
import { type ComponentChild, h, type VNode } from 'preact';
import { CodeBlock } from './code-block.tsx';
import { type InlineContext, inlines } from './inlines.tsx';
import type { AlertKind } from './labels.ts';
import type { MarkdownToken } from './lexer.ts';
import { Maths } from './maths.tsx';
import { TableBlock } from './table-block.tsx';

/** An answer stands below the page's own headings. */
const HEADING_SHIFT = 2;

export function blocks(tokens: readonly Token[], context: InlineContext): ComponentChild[] {
  return tokens.map((token) => block(token as MarkdownToken, context));
}

function block(token: MarkdownToken, context: InlineContext): ComponentChild {
  switch (token.type) {
    case 'space':
      return null;
    case 'def':
      return token.shown ? <p dir="auto">{token.raw.trim()}</p> : null;
    case 'footnote':
      return (
        <p dir="auto">
          <sup>{token.label}</sup> {inlines(token.tokens, context)}
        </p>
      );
    case 'paragraph':
      return <p dir="auto">{inlines(token.tokens, context)}</p>;
    case 'heading':
      return h(
        `h${Math.min(token.depth + HEADING_SHIFT, 6)}`,
        { class: `md-h${token.depth}`, dir: 'auto' },
        inlines(token.tokens, context),
      );
    case 'code':
      return (
        <CodeBlock
          // marked leaves the last line end where an empty line stands before it.
          text={token.text.replace(/\n$/, '')}
          lang={/^\S*/.exec(token.lang ?? '')?.[0] ?? ''}
          open={'open' in token && token.open === true}
          context={context}
        />
      );
    case 'blockquote':
      return quote(token, context);
    case 'list':
      return list(token, context);
    case 'table':
      return table(token, context);
    case 'details':
      return (
        <details class="md-details" dir="auto" open={token.open}>
          {token.summary.length > 0 && <summary>{inlines(token.summary, context)}</summary>}
          {blocks(token.tokens, context)}
        </details>
      );
    case 'hr':
      return <hr />;
    case 'maths':
      return (
        <p>
          <Maths token={token} />
        </p>
      );
    default:
      // Text of a list item that needs no paragraph, its box, and anything too deep to be more than text.
      return inlines([token], context);
  }
}

const ALERT = /^\[!(note|tip|important|warning|caution)\][ \t]*(?:\n|$)/i;

/** A quote, or an alert, whose first line names its kind. https://docs.github.com/get-started/writing-on-github */
function quote({ tokens }: Tokens.Blockquote, context: InlineContext): VNode {
  const [first, ...others] = tokens as MarkdownToken[];
  const kind = first?.type === 'paragraph' ? ALERT.exec(first.raw)?.[1]?.toLowerCase() : undefined;
  if (first?.type !== 'paragraph' || kind === undefined) {
    return <blockquote dir="auto">{blocks(tokens, context)}</blockquote>;
  }
  const end = first.tokens.findIndex(({ type }) => type === 'br');
  const words = end < 0 ? [] : first.tokens.slice(end + 1);
  return (
    <blockquote dir="auto" class={`md-alert md-${kind}`}>
      <p class="md-alert-name">{context.labels[kind as AlertKind]}</p>
      {words.length > 0 && <p dir="auto">{inlines(words, context)}</p>}
      {blocks(others, context)}
    </blockquote>
  );
}

function list(token: Tokens.List, context: InlineContext): VNode {
  const items = token.items.map((item) => (
    <li dir="auto" class={item.task ? 'md-task-item' : undefined}>
      {blocks(item.tokens, context)}
    </li>
  ));
  if (!token.ordered) return <ul dir="auto">{items}</ul>;
  return (
    <ol dir="auto" start={token.start === 1 || token.start === '' ? undefined : token.start}>
      {items}
    </ol>
  );
}

function table(token: Tokens.Table, context: InlineContext): VNode {
  const cell = (name: 'th' | 'td', { tokens, align }: Tokens.TableCell) =>
    h(
      name,
      { dir: 'auto', class: align ? `md-${align}` : undefined, scope: name === 'th' ? 'col' : undefined },
      inlines(tokens, context),
    );
  return (
    <TableBlock context={context}>
      <table dir="auto">
        <thead>
          <tr>{token.header.map((head) => cell('th', head))}</tr>
        </thead>
        <tbody>
          {token.rows.map((row) => (
            <tr>{row.map((data) => cell('td', data))}</tr>
          ))}
        </tbody>
      </table>
    </TableBlock>
  );
}
