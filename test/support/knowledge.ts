/** Indexes for tests: the guides' own, built once a file, and small ones made of given Markdown. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildKnowledge } from '../../scripts/knowledge/build-index.ts';
import { encodeIndex } from '../../scripts/knowledge/encode-index.ts';
import type { SourceSection } from '../../scripts/knowledge/read-knowledge.ts';
import { splitMarkdown } from '../../scripts/knowledge/split-markdown.ts';
import { readThesaurus, type Thesaurus } from '../../scripts/knowledge/thesaurus.ts';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';
import {
  type KnowledgeIndex,
  type Language,
  openIndex,
} from '../../src/worker/assistant/knowledge/knowledge-index.ts';

let guides: Promise<KnowledgeIndex> | undefined;

/** The index of the guides as they are. */
export function guidesIndex(): Promise<KnowledgeIndex> {
  guides ??= buildKnowledge(PROJECT_ROOT).then(({ publicIndex }) => openIndex(publicIndex.buffer));
  return guides;
}

/** The project's thesaurus. */
export async function projectThesaurus(): Promise<Thesaurus> {
  return readThesaurus(await readFile(join(PROJECT_ROOT, 'scripts/knowledge/thesaurus.txt'), 'utf8'));
}

/** The sections of documents that the operator could have written, by file name. */
export function ownSections(
  documents: Readonly<Record<string, string>>,
  language: Language = 'en',
): SourceSection[] {
  const sections: SourceSection[] = [];
  for (const [file, markdown] of Object.entries(documents)) {
    for (const section of splitMarkdown(markdown, file)) {
      sections.push({
        ...section,
        file,
        title: section.above[0] ?? file,
        language,
        served: false,
        questions: [],
        twin: sections.length,
      });
    }
  }
  return sections;
}

/** An index of such documents alone. */
export function ownIndex(
  documents: Readonly<Record<string, string>>,
  thesaurus: Thesaurus = [[], []],
  language: Language = 'en',
): KnowledgeIndex {
  return openIndex(encodeIndex(ownSections(documents, language), thesaurus).buffer);
}
