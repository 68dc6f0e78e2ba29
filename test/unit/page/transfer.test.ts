import { describe, expect, it } from 'vitest';
import { fileName } from '../../../src/page/app/save-file.ts';
import { codeFileName } from '../../../src/page/chat/save-code.ts';
import type { Chat, Message } from '../../../src/page/chat/types.ts';
import { readArchive } from '../../../src/page/chats/archive.ts';
import { archive, archiveParts } from '../../../src/page/chats/archive-form.ts';
import { asMarkdown } from '../../../src/page/chats/download.ts';
import { loadWords } from '../../../src/page/i18n/translate.ts';

const chat: Chat = { id: 'c1', title: 'T', named: true, pinned: false, created: 1, updated: 2, leaf: 'm2' };
const messages: readonly Message[] = [
  { id: 'm1', chat: 'c1', parent: null, role: 'user', text: '# Not a heading\nline', at: 1, state: 'done' },
  {
    id: 'm2',
    chat: 'c1',
    parent: 'm1',
    role: 'assistant',
    text: 'An **answer**.',
    at: 2,
    state: 'stopped',
    stamp: { mode: 'openai', model: 'gpt-x', temperature: 0.5, speaker: 'own' },
    reasoning: 'Thought.',
  },
];

describe('an archive', () => {
  it('reads back what was written', () => {
    expect(readArchive(JSON.stringify(archive([chat], messages)))).toEqual({ chats: [chat], messages });
  });

  it.each([0, 1, 3])('is written in pieces that are one JSON text, with %i files', (count) => {
    const files = Array.from({ length: count }, (_, n) => ({
      id: `f${n}`,
      data: `data:text/plain;base64,${n}A==`,
    }));
    const all = archive([chat], messages, [], files);
    const text = archiveParts(all).join('');
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(all)));
    expect(archiveParts(all)).toHaveLength(count === 0 ? 1 : count + 3);
  });

  it('keeps what is archived so, and takes a backup of an earlier version', () => {
    const aside = { ...chat, id: 'c3', archived: true };
    expect(readArchive(JSON.stringify(archive([chat, aside], [])))?.chats).toEqual([chat, aside]);
  });

  it.each(['', 'null', '5', '{}', '[]', '{"format":"other"}', '[{"title":"no mapping"}]'])(
    'is not %j',
    (file) => {
      expect(readArchive(file)).toBe(null);
    },
  );

  it('leaves out what is no row of ours: foreign identifiers, messages of no chat, odd fields', () => {
    const file = JSON.stringify({
      format: 'nexcode-conversations',
      version: 1,
      chats: [chat, { ...chat, id: '../../x' }, null, 5, { id: 'c2' }],
      messages: [
        ...messages,
        { ...messages[0], id: 'm3', chat: 'gone' },
        { ...messages[0], id: 'm4', role: 'system' },
        { ...messages[0], id: 'm5', state: 'writing', failure: { kind: 'key', message: 'x' } },
        null,
      ],
    });
    const read = readArchive(file);
    expect(read?.chats.map(({ id }) => id)).toEqual(['c1', 'c2']);
    expect(read?.messages.map(({ id }) => id)).toEqual(['m1', 'm2', 'm5']);
    expect(read?.messages.at(-1)).not.toHaveProperty('failure');
  });
});

describe('ChatGPT’s archive', () => {
  const node = (id: string, parent: string | null, role: string, text: string, extra: object = {}) => [
    id,
    {
      id,
      parent,
      message: {
        author: { role },
        create_time: 1_700_000_000,
        content: { content_type: 'text', parts: [text] },
        ...extra,
      },
    },
  ];
  const conversation = {
    title: '旅行',
    create_time: 1_700_000_000.25,
    update_time: 1_700_000_100,
    conversation_id: 'abc-123',
    current_node: 'tool',
    mapping: Object.fromEntries([
      ['root', { id: 'root', parent: null, message: null }],
      node('sys', 'root', 'system', ''),
      node('u1', 'sys', 'user', 'Where to?'),
      node('hidden', 'u1', 'user', 'context', { metadata: { is_visually_hidden_from_conversation: true } }),
      node('a1', 'hidden', 'assistant', 'Kyoto.', { metadata: { model_slug: 'gpt-4o' } }),
      node('a2', 'hidden', 'assistant', 'Lisbon.'),
      node('tool', 'a2', 'tool', 'search results'),
    ]),
  };

  it('keeps what was said, its branches, and which one was shown', () => {
    const read = readArchive(JSON.stringify([conversation]));
    expect(read?.chats).toEqual([
      {
        id: 'gpt-abc-123',
        title: '旅行',
        named: true,
        pinned: false,
        created: 1_700_000_000_250,
        updated: 1_700_000_100_000,
        leaf: 'gpt-a2',
      },
    ]);
    expect(read?.messages.map(({ id, parent, role, text }) => [id, parent, role, text])).toEqual([
      ['gpt-u1', null, 'user', 'Where to?'],
      ['gpt-a1', 'gpt-u1', 'assistant', 'Kyoto.'],
      ['gpt-a2', 'gpt-u1', 'assistant', 'Lisbon.'],
    ]);
    expect(read?.messages[1]?.stamp).toEqual({ mode: 'openai', model: 'gpt-4o' });
  });

  it('gives the same rows when it is taken twice', () => {
    const file = JSON.stringify([conversation, conversation]);
    expect(readArchive(file)).toEqual(readArchive(file));
  });

  it('survives circles, holes and empty conversations', () => {
    const odd = [
      { mapping: { a: { parent: 'b' }, b: { parent: 'a' } }, current_node: 'a' },
      { mapping: Object.fromEntries([node('x', 'gone', 'user', 'Hi')]), current_node: 'nowhere' },
      { mapping: {} },
      null,
    ];
    const read = readArchive(JSON.stringify(odd));
    expect(read?.chats).toHaveLength(1);
    expect(read?.messages).toHaveLength(1);
  });
});

describe('Markdown', () => {
  it('is the shown branch: questions quoted, answers as they are, and how they ended', async () => {
    expect(asMarkdown('A\ntitle', messages, await loadWords('en'))).toBe(
      '# A title\n\n## You\n\n> # Not a heading\n> line\n\n## gpt-x\n\nAn **answer**.\n\n_You stopped this answer._\n',
    );
  });
});

describe('a file name', () => {
  it.each([
    ['How? / Why: "now"', 'How Why now'],
    ['怎样部署？', '怎样部署？'],
    ['...', 'nexcode'],
    ['../../etc/passwd', 'etc passwd'],
    ['\u202egpj.exe', 'gpj.exe'],
    ['', 'nexcode'],
  ])('of %j is %j', (title, name) => expect(fileName(title)).toBe(name));
});

it.each([
  ['ts', 'code.ts'],
  ['TypeScript', 'code.ts'],
  ['c++', 'code.cpp'],
  ['', 'code.txt'],
  ['Dockerfile', 'Dockerfile'],
  ['src/app/main.py', 'main.py'],
  ['js:lib/x.mjs', 'x.mjs'],
  ['../../etc/passwd', 'code.txt'],
  ['<script>', 'code.txt'],
  ['..', 'code.txt'],
  ['.bashrc', 'code.txt'],
])('a code block after the fence %j is saved as %s', (info, name) => {
  expect(codeFileName(info)).toBe(name);
});
