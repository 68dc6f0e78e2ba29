/** Importing never changes what is here, and loses nothing of what a file holds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Chat, Message } from '../../../src/page/chat/types.ts';
import { type Rows, readArchive } from '../../../src/page/chats/archive.ts';
import { merge } from '../../../src/page/chats/merge.ts';
import { isZip, jsonFiles } from '../../../src/page/chats/zip.ts';
import { zip } from '../../support/page/zip.ts';

const chat = (id: string, leaf: string | null, updated = 1): Chat => ({
  id,
  title: id,
  named: false,
  pinned: false,
  created: 1,
  updated,
  leaf,
});
const message = (id: string, of: string, parent: string | null, text = `${of}/${id}`): Message => ({
  id,
  chat: of,
  parent,
  role: 'user',
  text,
  at: 1,
  state: 'done',
});

/** What is here once a file is merged into it. */
function joined(here: Rows, file: Rows): Rows {
  const { chats, continued, messages } = merge(here, file);
  const patched = here.chats.map((each) => ({
    ...each,
    ...continued.find(({ id }) => id === each.id)?.patch,
  }));
  return { chats: [...patched, ...chats], messages: [...here.messages, ...messages] };
}

describe('a file', () => {
  const one: Rows = {
    chats: [chat('one', 'm2')],
    messages: [message('m1', 'one', null), message('m2', 'one', 'm1')],
  };

  test('with the same message ids in another chat leaves the first as it is', () => {
    const two = {
      chats: [chat('two', 'm2')],
      messages: [message('m1', 'two', null), message('m2', 'two', 'm1')],
    };
    const both = joined(one, two);
    expect(both.messages.slice(0, 2)).toEqual(one.messages);
    expect(both.messages.map(({ text }) => text)).toEqual(['one/m1', 'one/m2', 'two/m1', 'two/m2']);
    expect(new Set(both.messages.map(({ id }) => id)).size).toBe(4);
    const [, , first, second] = both.messages;
    expect(second?.parent).toBe(first?.id);
    expect(both.chats[1]?.leaf).toBe(second?.id);
    expect(joined(both, two)).toEqual(both);
  });

  test('that is a newer backup of a chat adds its newer turns and shows them', () => {
    const newer = { chats: [chat('one', 'm3', 9)], messages: [...one.messages, message('m3', 'one', 'm2')] };
    const both = joined(one, newer);
    expect(both.messages.map(({ id }) => id)).toEqual(['m1', 'm2', 'm3']);
    expect(both.chats).toEqual([{ ...chat('one', 'm3', 9) }]);
    expect(merge(one, newer).continued).toHaveLength(1);
  });

  test('that goes on from elsewhere does not change what is shown', () => {
    const other = { chats: [chat('one', 'm9', 0)], messages: [message('m9', 'one', 'm1')] };
    expect(joined(one, other).chats).toEqual(one.chats);
  });

  test('in any form, cyclic and with every id twice, changes nothing here, and taken twice adds nothing', () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd');
    const rows = fc
      .record({
        chats: fc.array(fc.tuple(ids, fc.option(ids))),
        messages: fc.array(fc.tuple(ids, ids, fc.option(ids), fc.constantFrom('x', 'y', 'xy')), {
          maxLength: 12,
        }),
      })
      .map(({ chats, messages }) => ({
        chats: chats.map(([id, leaf]) => chat(id, leaf)),
        messages: messages
          .filter(([, of]) => chats.some(([id]) => id === of))
          .map(([id, of, parent, text]) => message(id, of, parent, text)),
      }));
    fc.assert(
      fc.property(rows, rows, (first, second) => {
        const here = joined({ chats: [], messages: [] }, first);
        const both = joined(here, second);
        expect(both.messages.slice(0, here.messages.length)).toEqual(here.messages);
        expect(new Set(both.messages.map(({ id }) => id)).size).toBe(both.messages.length);
        const texts = (of: string) =>
          both.messages.filter((each) => each.chat === of).map(({ text }) => text);
        for (const each of second.messages) {
          expect(
            texts(each.chat).some((text) => text.startsWith(each.text) || each.text.startsWith(text)),
          ).toBe(true);
        }
        expect(joined(both, second).messages).toEqual(both.messages);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a ZIP archive', () => {
  test.each([0, 8] as const)('of method %i gives its JSON files', async (method) => {
    const file = zip(
      { 'conversations-000.json': '[1]', 'a/图.png': 'x', '对话/conversations-001.json': '["中文"]' },
      method,
    );
    expect(await isZip(new Blob([file]))).toBe(true);
    expect(await Array.fromAsync(jsonFiles(new Blob([file])))).toEqual(['[1]', '["中文"]']);
  });

  test('that is broken ends in an error and nothing else', async () => {
    const whole = new Blob([zip({ 'a.json': '{}' })]);
    for (let end = 4; end < whole.size; end += 3) {
      await expect(Array.fromAsync(jsonFiles(whole.slice(0, end)))).rejects.toThrow();
    }
  });
});

describe('conversations of', () => {
  const words = (content: unknown) =>
    readArchive(JSON.stringify(content))?.messages.map(({ role, text }) => [role, text]);

  test('NextChat are read', () => {
    const session = {
      id: 's',
      topic: '题',
      lastUpdate: 1_700_000_000_000,
      messages: [
        { id: 'x', role: 'user', content: '问' },
        { id: 'y', role: 'assistant', content: [{ type: 'text', text: '答' }], model: 'm' },
      ],
    };
    const file = { 'chat-next-web-store': { sessions: [session] } };
    expect(words(file)).toEqual([
      ['user', '问'],
      ['assistant', '答'],
    ]);
    expect(readArchive(JSON.stringify(file))?.chats[0]).toMatchObject({
      title: '题',
      updated: 1_700_000_000_000,
    });
  });

  test('Open WebUI are read, with their branches', () => {
    const messages = {
      a: { id: 'a', parentId: null, role: 'user', content: 'Q', timestamp: 1_700_000_000 },
      b: { id: 'b', parentId: 'a', role: 'assistant', content: 'A1' },
      c: { id: 'c', parentId: 'a', role: 'assistant', content: 'A2' },
    };
    const rows = readArchive(
      JSON.stringify([{ id: 'w', title: 'T', chat: { history: { messages, currentId: 'b' } } }]),
    );
    expect(rows?.messages.map(({ text }) => text)).toEqual(['Q', 'A1', 'A2']);
    expect(rows?.messages.find(({ id }) => id === rows.chats[0]?.leaf)?.text).toBe('A1');
    expect(rows?.messages[2]?.parent).toBe(rows?.messages[0]?.id);
  });

  test('LibreChat are read, as a list and as a tree', () => {
    const question = { messageId: 'a', parentMessageId: '0', text: 'Q', isCreatedByUser: true };
    const answer = {
      messageId: 'b',
      parentMessageId: 'a',
      isCreatedByUser: false,
      content: [{ type: 'text', text: 'A' }],
    };
    const said = [
      ['user', 'Q'],
      ['assistant', 'A'],
    ];
    expect(words({ conversationId: 'l', title: 'T', messages: [question, answer] })).toEqual(said);
    expect(
      words({ conversationId: 'l', title: 'T', messages: [{ ...question, children: [answer] }] }),
    ).toEqual(said);
  });

  test('ChatGPT are read without its marks', () => {
    const say = (text: string, role: string, parent: string | null) => ({
      parent,
      message: { author: { role }, content: { content_type: 'text', parts: [text] } },
    });
    const file = [
      {
        id: 'g',
        title: 'T',
        mapping: {
          a: say('Q', 'user', null),
          b: say(
            'It is \ue200entity\ue202["company","OpenAI"]\ue201.\ue200cite\ue202turn0search1\ue201【4:0†source】',
            'assistant',
            'a',
          ),
        },
        current_node: 'b',
      },
    ];
    expect(words(file)).toEqual([
      ['user', 'Q'],
      ['assistant', 'It is OpenAI.'],
    ]);
  });

  test('nobody, in any shape, are no error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        readArchive(JSON.stringify(value));
        readArchive(JSON.stringify({ 'chat-next-web-store': { sessions: value }, sessions: value }));
        readArchive(JSON.stringify([{ chat: { history: { messages: value } } }, { mapping: value }, value]));
        readArchive(JSON.stringify({ conversationId: 'x', messages: value }));
      }),
    );
  });
});

describe('a hostile file is read in a bounded time, however', () => {
  const MANY = 60_000;

  test('many messages share one name', () => {
    const file = {
      chats: [chat('c', null)],
      messages: Array.from({ length: MANY }, (_, index) => message('same', 'c', null, `text ${index}.`)),
    };
    expect(merge({ chats: [], messages: [] }, file).messages).toHaveLength(MANY);
  });

  test('long a chain of hidden nodes is', () => {
    const mapping = Object.fromEntries(
      Array.from({ length: MANY }, (_, index) => [
        `n${index}`,
        { parent: `n${index - 1}`, message: index % 2 ? null : { author: { role: 'tool' } } },
      ]),
    );
    const say = (parent: string) => ({
      parent,
      message: { author: { role: 'user' }, content: { parts: ['Q'] } },
    });
    const ends = Object.fromEntries(
      Array.from({ length: 2000 }, (_, index) => [`e${index}`, say(`n${MANY - 1 - index}`)]),
    );
    const rows = readArchive(JSON.stringify([{ id: 'g', mapping: { ...mapping, ...ends } }]));
    expect(rows?.messages).toHaveLength(2000);
  });

  test('many messages one conversation of another page has, and however deep', () => {
    const one = (index: number) => ({ messageId: `m${index}`, text: 'x', isCreatedByUser: true });
    const flat = { conversationId: 'l', messages: Array.from({ length: 200_000 }, (_, index) => one(index)) };
    expect(readArchive(JSON.stringify(flat))?.messages).toHaveLength(200_000);
    let tree: object = one(0);
    for (let depth = 1; depth < 2000; depth++) tree = { ...one(depth), children: [tree] };
    expect(readArchive(JSON.stringify({ conversationId: 'l', messages: [tree] }))?.messages).toHaveLength(
      2000,
    );
  });
});
