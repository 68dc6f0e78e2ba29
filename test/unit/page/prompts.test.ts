import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArchive } from '../../../src/page/chats/archive.ts';
import { archive } from '../../../src/page/chats/archive-form.ts';
import { filled, matching, type Prompt, slashBefore, variablesOf } from '../../../src/page/prompts/prompt.ts';

const prompt = (name: string, text: string): Prompt => ({
  id: name.replaceAll(' ', '-'),
  name,
  text,
  updated: 1,
});

describe('a prompt’s variables', () => {
  it('are found once each, in their order, with the first preset', () => {
    expect(
      variablesOf('{{ topic }} in {{language=English}}, {{topic}} again, {{目标=}} and {{language=x}}'),
    ).toEqual([
      { name: 'topic', preset: '' },
      { name: 'language', preset: 'English' },
      { name: '目标', preset: '' },
    ]);
    expect(variablesOf('{single} {{}} {{ }} plain')).toEqual([]);
  });

  it('are filled in everywhere, with what was typed and nothing else', () => {
    expect(filled('{{a}}-{{b=1}}-{{ a }}', { a: '$& {{b}}', b: '' })).toBe('$& {{b}}--$& {{b}}');
    expect(filled('{{unknown}} {{toString}}', {})).toBe('{{unknown}} {{toString}}');
  });

  it('leave no braces behind once each has a value', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const values = Object.fromEntries(variablesOf(text).map(({ name }) => [name, 'v']));
        expect(variablesOf(filled(text, values)).every(({ name }) => !Object.hasOwn(values, name))).toBe(
          true,
        );
      }),
    );
  });
});

describe('a slash', () => {
  it.each([
    ['/', 1, { from: 0, words: '' }],
    ['/tra', 4, { from: 0, words: 'tra' }],
    ['/tra', 2, { from: 0, words: 't' }],
    ['Please /翻', 9, { from: 7, words: '翻' }],
    ['a\n/x', 4, { from: 2, words: 'x' }],
    ['https://x', 9, null],
    ['and/or', 6, null],
    ['/etc/hosts', 10, null],
    ['/two words', 10, null],
    ['', 0, null],
  ])('in %j with the caret at %i asks for %j', (text, caret, slash) => {
    expect(slashBefore(text, caret)).toEqual(slash);
  });
});

describe('the library', () => {
  const all = [
    prompt('Rewrite', 'Translate nothing'),
    prompt('translate', 'Into …'),
    prompt('A translation', 'x'),
  ];

  it('finds by name before text, and names that begin with the words first', () => {
    expect(matching(all, 'TRANS').map(({ name }) => name)).toEqual(['translate', 'A translation', 'Rewrite']);
    expect(matching(all, '').map(({ name }) => name)).toEqual(['A translation', 'Rewrite', 'translate']);
    expect(matching(all, 'zzz')).toEqual([]);
  });

  it('is exported and read back; what is no prompt is left out', () => {
    const file = JSON.stringify(archive([], [], all));
    expect(readArchive(file)).toEqual({ chats: [], messages: [], prompts: all });
    const odd = JSON.parse(file);
    odd.prompts.push(null, { id: '../x', name: 'n', text: 't' }, { id: 'y', name: '', text: 't' }, 5);
    expect(readArchive(JSON.stringify(odd))?.prompts).toEqual(all);
  });

  it('and a conversation’s setup survive an export', () => {
    const chat = {
      id: 'c',
      title: 'T',
      named: true,
      pinned: false,
      created: 1,
      updated: 2,
      leaf: null,
      mode: 'openai' as const,
      model: 'm',
      role: 'Be brief.',
      parameters: { temperature: 0.2, top_p: null, extra: '{"top_k":1}' },
    };
    expect(readArchive(JSON.stringify(archive([chat], [])))?.chats).toEqual([chat]);
  });
});
