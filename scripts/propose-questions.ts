/**
 * `npm run questions -- FILE`: asks the configured model which questions the sections of a Markdown file answer, and prints
 * them as front matter for a file of `knowledge/`. They are proposals: whoever keeps them reads them first.
 */
import OpenAI from 'openai';
import * as z from 'zod';
import { makePlan } from '../src/launcher/plan.ts';
import { readSources } from '../src/launcher/sources.ts';
import { defaultUpstream } from '../src/worker/config/upstream.ts';
import { parseJson } from '../src/worker/http/json/read.ts';
import { readFrontMatter } from './knowledge/front-matter.ts';
import { BrokenDocument, type DocumentSection, splitMarkdown } from './knowledge/split-markdown.ts';
import { refuse, scriptFile } from './options.ts';
import { readTextFile } from './text-lines.ts';

const HELP = `npm run questions: npm run questions -- FILE

Asks the configured model (OPENAI_API_BASE, OPENAI_API_KEY, OPENAI_MODEL, as npm start reads them) which questions the
sections of a Markdown file answer, and prints them as front matter to be read, corrected and put into the file.`;

const QUESTIONS_PER_SECTION = 8;

const INSTRUCTION = `You are given one section of a document. Write ${QUESTIONS_PER_SECTION} whole questions that this section answers, as different people would ask them: beginners, experts, somebody who pastes an error, somebody in a hurry, one with a typo. Use the language of the section. Answer with a JSON array of strings and nothing else.`;

const proposals = z.array(z.string().trim().min(1));

const file = scriptFile(HELP);
const markdown = await readTextFile(file).catch(() => refuse(`${file}: there is no such file.`));
const sections = readSections(markdown);
const { client, model } = configured();
const lines: string[] = [];
for (const [at, section] of sections.entries()) {
  const anchor = at === 0 ? '' : `#${section.anchor} `;
  for (const question of await ask(section)) lines.push(`  - ${anchor}${question.replace(/\s+/g, ' ')}`);
}
console.log(['---', 'questions:', ...lines, '---'].join('\n'));

function readSections(text: string): DocumentSection[] {
  try {
    const { title, markdown: body, firstLine } = readFrontMatter(text);
    return splitMarkdown(body, title ?? file, firstLine);
  } catch (error) {
    if (error instanceof BrokenDocument) return refuse(`${file}:${error.line}: ${error.message}`);
    throw error;
  }
}

function configured(): { client: OpenAI; model: string } {
  const result = makePlan(readSources());
  if (!result.ok) return refuse(result.problems.join(' '));
  const { settings } = result.plan;
  const { base, key } = defaultUpstream(settings.routing.upstreams);
  return { client: new OpenAI({ baseURL: base, apiKey: key ?? 'none' }), model: settings.model };
}

/** The model's proposals; a model that answers with anything but a list of texts has none. */
async function ask({ heading, body }: DocumentSection): Promise<readonly string[]> {
  const answer = await client.chat.completions
    .create({
      model,
      messages: [
        { role: 'system', content: INSTRUCTION },
        { role: 'user', content: `# ${heading}\n\n${body}` },
      ],
    })
    .catch((error: unknown) =>
      refuse(`The model ${model} did not answer: ${error instanceof Error ? error.message : String(error)}`),
    );
  const text = answer.choices[0]?.message.content ?? '';
  const list = /\[[\s\S]*\]/.exec(text)?.[0] ?? '';
  const parsed = proposals.safeParse(parseJson(list));
  if (!parsed.success) return refuse(`The model ${model} gave no list of questions for "${heading}".`);
  return parsed.data;
}
