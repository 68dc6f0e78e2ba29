/** Reads all Markdown that the assistant answers from: the guides, and the operator's own. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Language } from '../../src/worker/assistant/knowledge/knowledge-index.ts';
import { type KeptQuestion, readFrontMatter } from './front-matter.ts';
import { type AskedOf, readQuestions } from './read-questions.ts';
import { BrokenDocument, type DocumentSection, splitMarkdown } from './split-markdown.ts';

/** The stated limit of all Markdown together. */
export const MAX_KNOWLEDGE_BYTES = 2 * 1024 * 1024;
export const MAX_SECTIONS = 20_000;

/** A section with where it comes from; `twin` is the index of the same section in the other language. */
export interface SourceSection extends DocumentSection {
  /** Whole questions that it answers, as different people ask them. */
  readonly questions: readonly string[];
  readonly file: string;
  readonly title: string;
  readonly language: Language;
  readonly served: boolean;
  readonly twin: number;
}

/** The build's own failure: its message names the file, the line and the reason. */
export class KnowledgeError extends Error {
  override readonly name = 'KnowledgeError';
}

interface Document {
  readonly file: string;
  readonly title: string;
  readonly language: Language;
  readonly sections: readonly (DocumentSection & Pick<SourceSection, 'questions'>)[];
}

/**
 * Reads `root/docs/en`, `root/docs/zh` and `root/knowledge` (its own README.md left out).
 *
 * @throws {KnowledgeError} for a file that cannot be used, guides that are not parallel, or too much of it.
 */
export async function readKnowledge(root: string): Promise<SourceSection[]> {
  const guides = await Promise.all((['en', 'zh'] as const).map((language) => readGuides(root, language)));
  const own = await readOwn(root);
  const sections = [...pairGuides(guides[0] ?? [], guides[1] ?? [])];
  for (const document of own) {
    for (const section of document.sections) {
      sections.push({ ...section, ...identity(document), served: false, twin: sections.length });
    }
  }
  if (sections.length > MAX_SECTIONS) {
    throw new KnowledgeError(`The knowledge has ${sections.length} sections; ${MAX_SECTIONS} is the limit.`);
  }
  return sections;
}

async function readGuides(root: string, language: Language): Promise<Document[]> {
  const folder = join(root, 'docs', language);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort();
  return Promise.all(
    names.map(async (name) => {
      const document = await readDocument(root, join(folder, name), `${language}/${name}`, language);
      return withQuestions(document, root, join(root, 'docs', 'questions', language, name));
    }),
  );
}

/** The guide with the questions that are kept for its sections, if there are any. */
async function withQuestions(document: Document, root: string, path: string): Promise<Document> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const asked = inFile(relative(root, path), () => readQuestions(text));
  const headings = new Set(document.sections.map(({ heading }) => heading));
  for (const [heading, { line }] of asked) {
    if (headings.has(heading)) continue;
    throw new KnowledgeError(
      `${relative(root, path)}:${line}: no section of the guide is called "${heading}": give the questions the heading that it has now`,
    );
  }
  return { ...document, sections: document.sections.map((section) => asking(section, asked)) };
}

function asking<Section extends DocumentSection>(section: Section, asked: ReadonlyMap<string, AskedOf>) {
  return { ...section, questions: asked.get(section.heading)?.questions ?? [] };
}

/** @throws {KnowledgeError} that names the file, in place of a BrokenDocument. */
function inFile<Result>(shown: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof BrokenDocument) throw new KnowledgeError(`${shown}:${error.line}: ${error.message}`);
    throw error;
  }
}

async function readOwn(root: string): Promise<Document[]> {
  const folder = join(root, 'knowledge');
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files = names.filter((name) => /\.(md|markdown)$/i.test(name) && name !== 'README.md').sort();
  let bytes = 0;
  const documents: Document[] = [];
  for (const name of files) {
    const path = join(folder, name);
    const document = await readDocument(root, path, name.split(sep).join('/'), undefined, (size) => {
      bytes += size;
    });
    if (bytes > MAX_KNOWLEDGE_BYTES) {
      throw new KnowledgeError(
        `The Markdown in knowledge/ is larger than ${MAX_KNOWLEDGE_BYTES / 1024 / 1024} MB in all: leave some of it out.`,
      );
    }
    if (document !== undefined) documents.push(document);
  }
  return documents;
}

async function readDocument(root: string, path: string, name: string, language: Language): Promise<Document>;
async function readDocument(
  root: string,
  path: string,
  name: string,
  language: undefined,
  count: (bytes: number) => void,
): Promise<Document | undefined>;
async function readDocument(
  root: string,
  path: string,
  name: string,
  language: Language | undefined,
  count: (bytes: number) => void = () => {},
): Promise<Document | undefined> {
  const shown = relative(root, path);
  const bytes = await readFile(path);
  count(bytes.byteLength);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new KnowledgeError(`${shown}: the file is not UTF-8 text`);
  }
  const file = name.replace(/\.(md|markdown)$/i, '');
  return inFile(shown, () => {
    const { title, lang, draft, questions, markdown, firstLine } = readFrontMatter(text);
    if (draft && language === undefined) return undefined;
    const sections = splitMarkdown(markdown, title ?? file.split('/').at(-1) ?? file, firstLine);
    return {
      file,
      title: sections[0]?.above[0] ?? sections[0]?.heading ?? file,
      language: language ?? lang ?? languageOf(text),
      sections: withOwnQuestions(sections, questions),
    };
  });
}

/** @throws {BrokenDocument} for a question of a section that there is not. */
function withOwnQuestions(sections: readonly DocumentSection[], questions: readonly KeptQuestion[]) {
  const anchors = new Set(['', ...sections.map(({ anchor }) => anchor)]);
  const lost = questions.find(({ anchor }) => !anchors.has(anchor));
  if (lost !== undefined) throw new BrokenDocument(`no section has the anchor #${lost.anchor}`, lost.line);
  return sections.map((section, at) => ({
    ...section,
    questions: questions
      .filter(({ anchor }) => (anchor === '' ? at === 0 : anchor === section.anchor))
      .map(({ question }) => question),
  }));
}

/** A text is Chinese when Han characters make up a fifth of its letters. */
function languageOf(text: string): Language {
  const han = text.match(/\p{sc=Han}/gu)?.length ?? 0;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return han * 5 > letters ? 'zh' : 'en';
}

function identity({ file, title, language }: Document) {
  return { file, title, language };
}

/** The guides of both languages, each section knowing its twin: same file name, same place in it. */
function pairGuides(english: readonly Document[], chinese: readonly Document[]): SourceSection[] {
  const name = (document: Document) => document.file.slice(3);
  const names = [...new Set([...english, ...chinese].map(name))];
  const sections: SourceSection[] = [];
  for (const each of names) {
    const pair = [english, chinese].map((documents) => documents.find((document) => name(document) === each));
    const [en, zh] = pair.map(withoutIntroduction);
    if (en === undefined || zh === undefined) {
      throw new KnowledgeError(
        `docs/${en === undefined ? 'en' : 'zh'}/${each}.md is missing: guides come in pairs`,
      );
    }
    const first = sections.length;
    if (shape(en) !== shape(zh)) {
      throw new KnowledgeError(
        `docs/en/${each}.md and docs/zh/${each}.md do not have the same headings in the same order`,
      );
    }
    const [enHeads, zhHeads] = [headsOf(en), headsOf(zh)];
    for (const section of en.sections) {
      const twin = first + en.sections.length + (zhHeads[placeOf(section, en)] ?? 0);
      sections.push({ ...section, ...identity(en), served: true, twin });
    }
    for (const section of zh.sections) {
      sections.push({
        ...section,
        ...identity(zh),
        served: true,
        twin: first + (enHeads[placeOf(section, zh)] ?? 0),
      });
    }
  }
  return sections;
}

/** The text before a guide's first section says what follows; it answers nothing. */
function withoutIntroduction(document: Document | undefined): Document | undefined {
  return document && { ...document, sections: document.sections.filter(({ level }) => level > 1) };
}

/** A section that is too long is cut, in one language perhaps and not in the other: where each heading's first part is. */
function headsOf({ sections }: Document): number[] {
  return sections.flatMap(({ anchor }, at) => (anchor === sections[at - 1]?.anchor ? [] : [at]));
}

/** Which heading of its document a section belongs to. */
function placeOf(section: DocumentSection, document: Document): number {
  return headsOf(document).findIndex((at) => document.sections[at]?.anchor === section.anchor);
}

function shape(document: Document): string {
  return headsOf(document)
    .map((at) => document.sections[at]?.level)
    .join(' ');
}
