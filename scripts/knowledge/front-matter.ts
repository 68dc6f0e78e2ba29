/** The optional front matter of the operator's Markdown: three keys of one line each, and a list of questions. */
import { plainLines } from '../text-lines.ts';
import { BrokenDocument } from './split-markdown.ts';

/** A question of the front matter: the anchor of its section, empty for the first one, and the line it stands on. */
export interface KeptQuestion {
  readonly anchor: string;
  readonly question: string;
  readonly line: number;
}

export interface FrontMatter {
  readonly title?: string;
  readonly lang?: 'en' | 'zh';
  readonly draft: boolean;
  /** Whole questions that the file answers: the section with the anchor, or else its first one. */
  readonly questions: readonly KeptQuestion[];
  /** The Markdown after the front matter. */
  readonly markdown: string;
  /** The line at which that Markdown begins. */
  readonly firstLine: number;
}

const FENCE = /^---[ \t]*$/;
const ENTRY = /^([A-Za-z_]+):[ \t]*(.*)$/;
/** `- How do I get my money back?`, or `- #refunds How do I get my money back?` for the section of that anchor. */
const QUESTION = /^[ \t]*-[ \t]+(["']?)(?:#(\S+)[ \t]+)?(\S.*?)\1[ \t]*$/;

/**
 * Reads the block between two `---` lines at the beginning of a file, if there is one.
 *
 * @throws {BrokenDocument} for a block that never ends, an unknown key or a value that cannot be used.
 */
export function readFrontMatter(text: string): FrontMatter {
  const lines = plainLines(text).split('\n');
  if (!FENCE.test(lines[0] ?? ''))
    return { draft: false, questions: [], markdown: lines.join('\n'), firstLine: 1 };
  const end = lines.findIndex((line, at) => at > 0 && FENCE.test(line));
  if (end < 0) throw new BrokenDocument('the front matter that opens here never ends with ---', 1);

  let title: string | undefined;
  let lang: 'en' | 'zh' | undefined;
  let draft = false;
  const questions: KeptQuestion[] = [];
  let inQuestions = false;
  for (const [at, line] of lines.slice(1, end).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, , anchor, question] = (inQuestions ? QUESTION.exec(line) : null) ?? [];
    if (question !== undefined) {
      questions.push({ anchor: anchor ?? '', question, line: at + 2 });
      continue;
    }
    const [, key, written = ''] = ENTRY.exec(line) ?? [];
    const value = unquoted(written);
    const number = at + 2;
    inQuestions = key === 'questions' && value === '';
    if (key === 'title' && value !== '') title = value;
    else if (key === 'lang' && (value === 'en' || value === 'zh')) lang = value;
    else if (key === 'draft' && (value === 'true' || value === 'false')) draft = value === 'true';
    else if (!inQuestions)
      throw new BrokenDocument(
        'front matter takes title: TEXT, lang: en or zh, draft: true or false, and questions: with a list (- TEXT) below it',
        number,
      );
  }
  return {
    draft,
    questions,
    markdown: lines.slice(end + 1).join('\n'),
    firstLine: end + 2,
    ...(title === undefined ? {} : { title }),
    ...(lang === undefined ? {} : { lang }),
  };
}

function unquoted(written: string): string {
  return written.trim().replace(/^(["'])(.*)\1$/, '$2');
}
