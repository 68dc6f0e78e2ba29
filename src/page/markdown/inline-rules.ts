/**
 * The inline grammar: marked's own for GFM with line breaks, with those rules replaced that fail Chinese text.
 *
 * Emphasis: CommonMark decides by the characters on both sides of a run whether it opens or closes, and knows only
 * white space, punctuation and the rest. Chinese has no spaces around punctuation, so `**注意：**正文` stays literal.
 * Here CJK punctuation does not keep a run from opening or closing, and any CJK character beside a run counts as an
 * edge, as white space would. The proposal is known as "CommonMark CJK-friendly":
 * https://github.com/tats-u/markdown-cjk-friendly/blob/main/specification.md
 */
import { Lexer } from 'marked';
import { CJK_POINTS, CJK_UNITS } from './cjk.ts';

type InlineRules = typeof Lexer.rules.inline.breaks;

const GFM: InlineRules = Lexer.rules.inline.breaks;

/** Replaces a part of one of marked's expressions. */
function patched(rule: RegExp, part: string, replacement: string): RegExp {
  return new RegExp(rule.source.replaceAll(part, replacement), rule.flags);
}

/** Punctuation that is not CJK. Strikethrough may stand inside emphasis, so `~` counts as a letter. */
const PUNCTUATION = `(?![~${CJK_POINTS}])[\\p{P}\\p{S}]`;
/** What has an edge of its own: any punctuation, and any CJK character. */
const EDGE = `(?!~)[\\p{P}\\p{S}${CJK_POINTS}]`;

/**
 * Where a run of `mark` can close. marked tells what a run is by the number of the group that caught it: 1 and 2 only
 * close, 3 and 4 only open, 5 and 6 may do either. The alternatives before those skip over text and stay marked's.
 */
function closers(rule: RegExp, mark: string, run: string, letter: string): RegExp {
  const own = rule.source.indexOf(`|(?!${mark})`);
  const wide = `(?:${letter}|[${CJK_POINTS}])`;
  return new RegExp(
    [
      rule.source.slice(0, own),
      `(?!${mark})${EDGE}(${run})(?=\\s|$)`,
      `${letter}(${run})(?!${mark})(?=\\s|${PUNCTUATION}|$)`,
      `(?!${mark})(?:\\s|${PUNCTUATION})(${run})(?=${letter})`,
      `\\s(${run})(?!${mark})(?=${EDGE})`,
      `(?!${mark})${EDGE}(${run})(?!${mark})(?=${EDGE})`,
      `${wide}(${run})(?=${wide})`,
    ].join('|'),
    rule.flags,
  );
}

const LETTER = `[^\\s\\p{P}\\p{S}${CJK_POINTS}]`;

export const inlineRules: InlineRules = {
  ...GFM,

  // `_` keeps CommonMark's rule: names such as 报告_最终版_v2.docx must stay as they are.
  emStrongLDelim: new RegExp(
    `^(?:\\*+(?:((?!\\*)${PUNCTUATION})|([^\\s*]))?)|^_+(?:((?!_)(?!~)[\\p{P}\\p{S}])|([^\\s_]))?`,
    'u',
  ),
  emStrongRDelimAst: closers(GFM.emStrongRDelimAst, '\\*', '\\*+', `(?:${LETTER}|~)`),

  // The character before a run, of which marked keeps the last code unit only: hence the low surrogates.
  punctuation: new RegExp(`^((?![*_])[\\s\\p{P}\\p{S}${CJK_POINTS}\\udc00-\\udfff])`, 'u'),

  // Two tildes strike through. One is how Chinese writes a range: 10~20 元，30~40 个.
  delLDelim: new RegExp(`^~~(?:((?!~)${PUNCTUATION})|[^\\s~])`, 'u'),
  delRDelim: closers(GFM.delRDelim, '~', '~~?', LETTER),

  // A bare address ends where Chinese goes on: https://example.com。后文
  url: patched(GFM.url, '[^\\s<]*', `[^\\s<${CJK_UNITS}]*`),

  // Text also stops before `$`, where maths may start, and before a `www.` that follows Chinese. (A browser without
  // lookbehind stops before every `www.` as it is.)
  text: patched(
    patched(GFM.text, '[\\\\<!\\[`*~_]', '[\\\\<!\\[`*~_$]'),
    '(?<![^\\s*_~(])',
    `(?<![^\\s*_~(${CJK_UNITS}])`,
  ),
};
