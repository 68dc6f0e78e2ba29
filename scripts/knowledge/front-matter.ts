/** The optional front matter of the operator's Markdown: three keys, one line each. */
import { withUnixLines } from '../text-lines.ts';
import { BrokenDocument } from './split-markdown.ts';

export interface FrontMatter {
  readonly title?: string;
  readonly lang?: 'en' | 'zh';
  readonly draft: boolean;
  /** The Markdown after the front matter. */
  readonly markdown: string;
  /** The line at which that Markdown begins. */
  readonly firstLine: number;
}

const FENCE = /^---[ \t]*$/;
const ENTRY = /^([A-Za-z_]+):[ \t]*(.*)$/;

/**
 * Reads the block between two `---` lines at the beginning of a file, if there is one.
 *
 * @throws {BrokenDocument} for a block that never ends, an unknown key or a value that cannot be used.
 */
export function readFrontMatter(text: string): FrontMatter {
  const lines = withUnixLines(text.replace(/^\uFEFF/, '')).split('\n');
  if (!FENCE.test(lines[0] ?? '')) return { draft: false, markdown: lines.join('\n'), firstLine: 1 };
  const end = lines.findIndex((line, at) => at > 0 && FENCE.test(line));
  if (end < 0) throw new BrokenDocument('the front matter that opens here never ends with ---', 1);

  let title: string | undefined;
  let lang: 'en' | 'zh' | undefined;
  let draft = false;
  for (const [at, line] of lines.slice(1, end).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, key, written = ''] = ENTRY.exec(line) ?? [];
    const value = written.trim().replace(/^(["'])(.*)\1$/, '$2');
    const number = at + 2;
    if (key === 'title' && value !== '') title = value;
    else if (key === 'lang' && (value === 'en' || value === 'zh')) lang = value;
    else if (key === 'draft' && (value === 'true' || value === 'false')) draft = value === 'true';
    else
      throw new BrokenDocument(
        'front matter takes title: TEXT, lang: en or zh, draft: true or false',
        number,
      );
  }
  return {
    draft,
    markdown: lines.slice(end + 1).join('\n'),
    firstLine: end + 2,
    ...(title === undefined ? {} : { title }),
    ...(lang === undefined ? {} : { lang }),
  };
}
