import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countFeatures, textsOf } from '../../../scripts/knowledge/count-features.ts';
import { encodeIndex } from '../../../scripts/knowledge/encode-index.ts';
import { WORDS } from '../../../scripts/knowledge/words.ts';
import { wordsMark } from '../../../src/worker/assistant/knowledge/features.ts';
import { openIndex } from '../../../src/worker/assistant/knowledge/knowledge-index.ts';
import { lex, termsOf } from '../../../src/worker/assistant/knowledge/lex.ts';
import { retrieve } from '../../../src/worker/assistant/knowledge/retrieve.ts';
import { guidesIndex, ownIndex, ownSections } from '../../support/knowledge.ts';

describe('the index', () => {
  test('what is written is read back, whatever the text', () => {
    const line = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .map((text) => text.replace(/[\s#`~<\\[\]]+/g, ' '));
    const documents = fc.array(fc.record({ heading: line, body: line }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(documents, (list) => {
        const written = list.map(({ heading, body }, at) => ({
          anchor: `a${at}`,
          heading,
          above: ['Title'],
          level: 2,
          body,
          asked: '',
          questions: [],
          prose: body,
          code: '',
          file: `file-${at}`,
          title: 'Title',
          language: at % 2 === 0 ? ('en' as const) : ('zh' as const),
          served: at % 3 === 0,
          twin: at,
        }));
        const index = openIndex(encodeIndex(written, [[], []]).buffer);
        expect(index.sectionCount).toBe(list.length);
        for (const [at, { anchor, heading, body, file, title, language, served }] of written.entries()) {
          expect(index.section(at)).toEqual({ anchor, heading, body, file, title, language, served });
          for (const term of lex(`${heading} ${body}`).flatMap(termsOf)) {
            expect(index.postings(term)?.topics).toContain(at);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a word that no section has is not found', () => {
    const index = ownIndex({ a: '# One\n\nalpha beta' });
    expect(index.postings('alpha')?.topics).toHaveLength(1);
    expect(index.postings('gamma')).toBeUndefined();
    expect(index.postings('')).toBeUndefined();
  });

  test('a heading weighs more than the text, and the text more than an example', () => {
    const sections = ownSections({
      heading: '# Zebra\n\nanother word',
      text: '# Other\n\nzebra lion word',
      code: '# Third\n\nword\n\n```\nzebra lion\n```',
    });
    const texts = textsOf(sections, (section) => section, [], sections.length);
    const { keys, table } = countFeatures(texts, () => [], sections.length);
    const strengths = (word: string) => {
      const [from, to] = [keys.indexOf(word), keys.indexOf(word) + 1].map((at) => table.offsets[at]);
      return [...table.impacts.subarray(from, to)];
    };
    const [inHeading = 0, inText = 0, inCode = 0] = strengths('zebra');
    expect(inHeading).toBeGreaterThan(inText);
    expect(inText).toBeGreaterThan(inCode);
    expect(inCode).toBeGreaterThan(0);
    expect(strengths('lion')).toEqual([inText, inCode]);
    const zebra = openIndex(encodeIndex(sections, [[], []]).buffer).postings('zebra');
    expect(zebra?.topics).toEqual([0, 1, 2]);
    expect(zebra?.impacts[0]).toBeGreaterThan(zebra?.impacts[1] ?? 0);
    expect(zebra?.impacts[2]).toBeGreaterThan(0);
  });

  test('the same knowledge gives the same bytes, other knowledge another digest', () => {
    const bytes = (text: string) => encodeIndex(ownSections({ a: text }), [[], []]);
    expect(bytes('# A\n\nb')).toEqual(bytes('# A\n\nb'));
    expect(openIndex(bytes('# A\n\nb').buffer).digest).not.toBe(openIndex(bytes('# A\n\nc').buffer).digest);
  });

  test('the words that begin with a letter come in order, of the length that is asked for, and no others', () => {
    const index = ownIndex({ a: '# T\n\nbeta alpha apple banana ab-c 令牌 über' });
    expect([...index.wordsFrom('a', 1, 9)]).toEqual(['a', 'ab', 'abc', 'alpha', 'appl']);
    expect([...index.wordsFrom('a', 4, 4)]).toEqual(['appl']);
    expect([...index.wordsFrom('x', 1, 9)]).toEqual([]);
  });

  test('every string is found in whatever block it stands, and none that is not there', () => {
    const words = Array.from({ length: 200 }, (_, at) => `word${String(at).padStart(3, '0')}x`);
    const index = ownIndex({ a: `# T\n\n${words.join(' ')}` });
    for (const word of words) {
      expect(index.postings(word)?.topics).toEqual([0]);
      expect(index.postings(`${word}y`)).toBeUndefined();
      expect(index.postings(word.slice(0, -1))).toBeUndefined();
    }
  });

  test('a section that shows a command that deletes is marked, and no other', () => {
    const index = ownIndex({ a: '# Keep\n\nls\n\n## Drop\n\n```sh\nrm -rf data\n```\n\n## After\n\nform' });
    expect([0, 1, 2].map((section) => index.isDestructive(section))).toEqual([false, true, false]);
  });

  test("a heading's mark is that of the words it is about, in any order", () => {
    const thesaurus = [['how', 'do', 'i'], []];
    const index = ownIndex({ a: '# T\n\nx\n\n## How do I rotate keys (API_TOKEN)?\n\ny' }, thesaurus);
    expect(index.headingMark(1)).toBe(wordsMark(new Set(['kei', 'rotat'])));
    expect(wordsMark(new Set(['kei', 'rotat']))).toBe(wordsMark(new Set(['rotat', 'kei'])));
    const marks = new Set(['kei', 'rotat', 'token', 'deploi'].map((word) => wordsMark(new Set([word]))));
    expect(marks.size).toBe(4);
  });

  test('the phrases lead to the sections that answer their questions, or to none', async () => {
    const guides = await guidesIndex();
    for (const language of ['en', 'zh'] as const) {
      const { introductions, aboutModels } = guides.words(language);
      expect(introductions).toHaveLength(WORDS[language].introductions.length);
      expect(introductions[0]).toBe(
        retrieve(guides, [WORDS[language].introductions[0] ?? '']).hits[0]?.section,
      );
      expect(aboutModels).toBe(retrieve(guides, [WORDS[language].aboutModels]).hits[0]?.section);
    }
    const { introductions, aboutModels } = ownIndex({ zoo: '# Zebra\n\nstripes' }).words('en');
    expect(introductions).toEqual([]);
    expect(aboutModels).toBeUndefined();
  });

  test('an index answers the same however much it was asked before', () => {
    const index = ownIndex({ a: '# T\n\nalpha beta' }, [['the'], [], ['beta', 'second']]);
    for (let at = 0; at < 1_000; at++) {
      expect(index.postings(`other${at}`)).toBeUndefined();
      expect(index.postings('alpha')?.topics).toEqual([0]);
      expect(index.groupsOf('beta')).toEqual([2]);
    }
  });

  test('topics are found however far they lie from each other', () => {
    const far = [0, 254, 255, 256, 511, 800];
    const documents = Object.fromEntries(
      Array.from({ length: 801 }, (_, at) => [
        `f${at}`,
        `# H${at}\n\n${far.includes(at) ? 'zebra' : 'lion'}`,
      ]),
    );
    const { topics, impacts } = ownIndex(documents).postings('zebra') ?? { topics: [], impacts: [] };
    expect(topics).toEqual(far);
    expect(impacts).toHaveLength(far.length);
    for (const impact of impacts) expect(impact).toBeGreaterThan(0);
  });

  test('groups of the thesaurus are found by each of their phrases', () => {
    const index = ownIndex({ a: '# T\n\ntext' }, [['the'], ['it'], ['token', '令牌'], ['key', '令牌']]);
    expect([...index.groupsOf('令牌')]).toEqual([2, 3]);
    expect([...index.groupsOf('the')]).toEqual([0]);
    expect([...index.groupsOf('nothing')]).toEqual([]);
  });

  test.each([
    ['nothing', () => new ArrayBuffer(0)],
    ['other bytes', () => new TextEncoder().encode('x'.repeat(400)).buffer],
    ['a cut index', () => encodeIndex(ownSections({ a: '# A\n\nb' }), [[], []]).buffer.slice(0, -8)],
  ])('%s is refused with the cure', (_, bytes) => {
    expect(() => openIndex(bytes())).toThrow('npm run build');
  });
});
