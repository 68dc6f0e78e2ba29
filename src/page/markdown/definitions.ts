/** Definitions of links and footnotes: marked hides them, here nothing that was written is lost. */
import type { Lexer, Links, Token, Tokens } from 'marked';
import type { Notes } from './lexer.ts';

/** `[label]: address`. `shown` where no link uses it; `first` where it is the one of its label that holds. */
export type DefinitionToken = Tokens.Def & { shown: boolean; first: boolean };
/** `[^label]: words`. */
export type FootnoteToken = { type: 'footnote'; raw: string; label: string; tokens: Token[] };
/** `[^label]`, where a footnote has that label. */
export type FootnoteMark = { type: 'footnoteMark'; raw: string; label: string };

/** What the labels of footnotes begin with, so that they stand among the links' labels and are none. */
const FOOTNOTE = '^';

/** marked passes over a definition that repeats a label, and over those it knows from before: here each is a token. */
export function definition(lexer: Lexer, source: string, before: readonly Token[], notes: Notes) {
  const last = before.at(-1)?.type;
  const found = last === 'paragraph' || last === 'text' ? undefined : lexer.options.tokenizer?.def(source);
  if (!found) return undefined;
  const { tag, href, title } = found;
  const known = lexer.tokens.links[tag];
  if (!known) lexer.tokens.links[tag] = { href, title };
  const first = !notes.definitions.some((other) => other.tag === tag);
  const token: DefinitionToken = { ...found, shown: false, first };
  notes.definitions.push(token);
  return token;
}

/** A footnote: its line, and those below it up to an empty line or another one. */
export function footnote(lexer: Lexer, source: string): FootnoteToken | undefined {
  const found =
    /^ {0,3}\[\^([^\s\][]+)\]:[ \t]*([^\n]*(?:\n(?! *(?:\n|\[[^\][\n]+\]:|#{1,6} |`{3}|~{3}|[-*+>] |\d+[.)] ))[^\n]+)*)(?:\n|$)/.exec(
      source,
    );
  const [raw, label, words] = found ?? [];
  if (raw === undefined || label === undefined || words === undefined) return undefined;
  lexer.tokens.links[FOOTNOTE + label.toLowerCase()] ??= { href: '', title: '' };
  return { type: 'footnote', raw, label, tokens: lexer.inline(words.trim()) };
}

/** The mark of a footnote that is known. */
export function footnoteMark(source: string, links: Links): FootnoteMark | undefined {
  const found = /^\[\^([^\s\][]+)\]/.exec(source);
  const [raw, label] = found ?? [];
  if (raw === undefined || label === undefined || !links[FOOTNOTE + label.toLowerCase()]) return undefined;
  return { type: 'footnoteMark', raw, label };
}
