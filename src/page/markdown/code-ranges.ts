/** What stands where in a piece of code: sugar-high's tokens as offsets. */
import { tokenize } from 'sugar-high/core';
import { lang as languageName, languages } from 'sugar-high/lang';

/** sugar-high's kinds of token, by number, as far as they have a colour of their own. */
const KINDS = [
  undefined,
  'keyword',
  'string',
  'class',
  'property',
  'entity',
  undefined,
  undefined,
  'comment',
] as const;

export type CodeRange = { kind: NonNullable<(typeof KINDS)[number]>; start: number; end: number };

/**
 * @param lang what the fence says: a language's name, alias or file extension; an unknown one has no ranges
 * @returns ranges in the order of the text, `end` exclusive, in UTF-16 code units
 */
export function codeRanges(code: string, lang: string): CodeRange[] {
  const name = languageName(lang.split(/[\s,{:]/, 1)[0] ?? '');
  const language = languages.find(({ id }) => id === name);
  if (!language) return [];
  const ranges: CodeRange[] = [];
  let start = 0;
  for (const [type, value] of tokenize(code, language.config)) {
    const end = start + value.length;
    const kind = KINDS[type];
    if (kind) ranges.push({ kind, start, end });
    start = end;
  }
  return ranges;
}
