/** The scan of a body: as strict as JSON.parse, and it counts what is there without making anything of it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outlineText } from '../../../src/worker/http/json/outline.ts';
import { parseJson } from '../../../src/worker/http/json/read.ts';
import { type JsonScan, MAX_DEPTH, MemberNames, scanJson } from '../../../src/worker/http/json/scan.ts';

const encoder = new TextEncoder();
const COUNTED = new Set(['messages', 'input', 'prompt', 'tools']);

function scan(text: string, ...wanted: string[]) {
  return scanJson(encoder.encode(text), new MemberNames(wanted));
}

function json(text: string, ...wanted: string[]): JsonScan {
  const result = scan(text, ...wanted);
  if (result.kind !== 'json') throw new Error(`no JSON: ${result.kind}`);
  return result;
}

/** The members that were asked for, as a reader of the outline gets them. */
function outline(text: string, ...wanted: string[]): unknown {
  const bytes = encoder.encode(text);
  return JSON.parse(outlineText(bytes, json(text, ...wanted), COUNTED));
}

describe('what is JSON', () => {
  test.each([
    '{}',
    '[]',
    ' {"a":1} ',
    '"x"',
    '0',
    '-0',
    '1.5e+3',
    'true',
    'null',
    '[1,[2,{"a":[]}]]',
    '{"a":"\\u00e9\\n"}',
    '',
    ' ',
    '{',
    '}',
    '[1,]',
    '{"a":1,}',
    '{"a"}',
    '{a:1}',
    "{'a':1}",
    '01',
    '-',
    '1.',
    '.5',
    '1e',
    '+1',
    'nul',
    'truex',
    '[1 2]',
    '{"a":1 "b":2}',
    '"\\x"',
    '"\\u12g4"',
    '"a\nb"',
    '"a',
    '[[]',
    '[]]',
    '{"a":1}{}',
    'NaN',
    '[,1]',
    '\u00a01',
    '{"a":[}',
    '{"a":{]}',
    '"\u007f"',
    '[1]x',
  ])('%s is judged as JSON.parse judges it', (text) => {
    expect(scan(text).kind).toBe(parseJson(text) === undefined ? 'invalid' : 'json');
  });

  test('any text that JSON.stringify writes, with any one character put out of place', () => {
    const value = fc.json({ maxDepth: 4 });
    fc.assert(
      fc.property(
        value,
        fc.nat(),
        fc.constantFrom('', '"', '\\', ',', '{', ']', ' ', '0', '\n', 'é'),
        (text, at, odd) => {
          const place = at % (text.length + 1);
          const mutated = `${text.slice(0, place)}${odd}${text.slice(place + 1)}`;
          expect(scan(text).kind).toBe('json');
          expect(scan(mutated).kind).toBe(parseJson(mutated) === undefined ? 'invalid' : 'json');
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('a text longer than 4 KiB is taken as it is in a long body, and nowhere else', () => {
    const more = `,"x":"${'A'.repeat(70_000)}"}`;
    expect(scan(`{"picture":"${'A'.repeat(5000)}\n"${more}`).kind).toBe('json');
    expect(scan(`{"picture":"\n${'A'.repeat(5000)}"${more}`).kind).toBe('json');
    expect(scan(`{"picture":"\n"${more}`).kind).toBe('invalid');
    expect(scan(`{"picture":"${'A'.repeat(5000)}\n"}`).kind).toBe('invalid');
    expect(scan(`{"picture":"${'A'.repeat(5000)}`).kind).toBe('invalid');
    expect(scan(`{"picture":"${'\\\\'.repeat(5000)}"}`).kind).toBe('json');
    expect(scan(`{"picture":"${'\\"'.repeat(5000)}}`).kind).toBe('invalid');
  });

  test('a BOM may stand before it, and bytes that are no UTF-8 inside texts', () => {
    expect(scan('\ufeff{"a":1}').kind).toBe('json');
    expect(scanJson(Uint8Array.from([0x22, 0xff, 0xc3, 0x22]), new MemberNames([])).kind).toBe('json');
    expect(scanJson(Uint8Array.from([0xff]), new MemberNames([])).kind).toBe('invalid');
  });

  test('depth has a bound', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(scan(nested(MAX_DEPTH)).kind).toBe('json');
    expect(scan(nested(MAX_DEPTH + 1)).kind).toBe('too_deep');
    expect(scan('['.repeat(1_000_000)).kind).toBe('too_deep');
  });

  test('a member that is named a thousand times is refused', () => {
    const repeated = `{${Array.from({ length: 1001 }, () => '"model":1').join(',')}}`;
    expect(scan(repeated, 'model').kind).toBe('too_many_members');
    expect(scan(repeated).kind).toBe('json');
  });
});

describe('the members that were asked for', () => {
  test.each([
    ['{"model":"m","stream":true,"x":[1]}', { model: 'm', stream: true }],
    ['{"model":"a","model":"b"}', { model: 'b' }],
    ['{"mod\\u0065l":"m"}', { model: 'm' }],
    ['{ "model" : "m" , "stream" : null }', { model: 'm', stream: null }],
    ['{"x":{"model":"inner"},"model":"m"}', { model: 'm' }],
    [`{"model":"${'A'.repeat(5000)}"}`, { model: '-'.repeat(300) }],
    [`{"stream":${'9'.repeat(5000)}}`, { stream: 1 }],
    [`{"stream":[${'1,'.repeat(5000)}1]}`, { stream: [] }],
    ['{}', {}],
  ])('of %s', (text, expected) => {
    expect(outline(text, 'model', 'stream')).toEqual(expected);
  });

  test.each([
    ['{"messages":[{"role":"user"}]}', { messages: [] }],
    ['{"messages":"none"}', { messages: 'none' }],
    ['{"messages":{"a":1}}', { messages: {} }],
  ])('what is counted is empty: %s', (text, expected) => {
    expect(outline(text, 'messages')).toEqual(expected);
  });

  test.each(['[1]', '"x"', '1.5', 'null', 'true'])('a whole that is no object keeps its type: %s', (text) => {
    const value = outline(text, 'model');
    expect(typeof value).toBe(typeof JSON.parse(text));
    expect(Array.isArray(value)).toBe(Array.isArray(JSON.parse(text)));
  });

  test('are those that JSON.parse finds', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('a', 'b', 'é', '"', '\\'), fc.jsonValue({ maxDepth: 2 })),
        (value) => {
          const text = JSON.stringify(value, null, 1);
          expect(outline(text, 'a', 'é', '"', '\\')).toEqual(
            JSON.parse(
              JSON.stringify(Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'b'))),
            ),
          );
        },
      ),
    );
  });
});

describe('what is counted', () => {
  test('items of messages, input, prompt and tools', () => {
    const body = { messages: [{}, {}, {}], input: 'text', prompt: ['a', 'b'], tools: [{ type: 'function' }] };
    expect(json(JSON.stringify(body)).items).toEqual({ messages: 3, input: 1, prompt: 2, tools: 1 });
    expect(json('{"x":{"messages":[1,2]}}').items).toEqual({ messages: 0, input: 0, prompt: 0, tools: 0 });
    expect(json('{"messages":[1,2],"messages":[]}').items.messages).toBe(0);
  });

  test('a prompt of tokens is one prompt', () => {
    expect(json('{"prompt":[1,2,3]}').promptIsTokens).toBe(true);
    expect(json('{"prompt":[[1,2],[3]]}')).toMatchObject({ promptIsTokens: false, items: { prompt: 2 } });
    expect(json('{"prompt":"-1"}').promptIsTokens).toBe(false);
  });

  test('the types of tools, not those inside their schemas', () => {
    const tools = [
      {
        type: 'function',
        function: { parameters: { type: 'object', properties: { type: { type: 'string' } } } },
      },
      { type: 'web_search' },
      { type: 'function' },
    ];
    expect(json(JSON.stringify({ tools })).toolTypes).toEqual(['function', 'web_search']);
  });

  test('pictures, sound and files, with the bytes of their data', () => {
    const data = 'A'.repeat(6000);
    const content = [
      { type: 'text', text: 'x' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } },
      { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
      { type: 'input_audio', input_audio: { data, format: 'wav' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: data } },
    ];
    expect(json(JSON.stringify({ messages: [{ role: 'user', content }] }))).toMatchObject({
      images: { count: 2, bytes: 6000 + 'data:image/png;base64,'.length },
      audio: { count: 1, bytes: 6000 },
      files: { count: 1, bytes: 6000 },
    });
    const input = [
      { role: 'user', content: [{ type: 'input_image', image_url: `data:image/png;base64,${data}` }] },
    ];
    expect(json(JSON.stringify({ input })).images.count).toBe(1);
  });

  test('every value', () => {
    expect(json('{"a":[1,2,{"b":null}],"c":"x"}').values).toBe(7);
  });
});
