import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chatRequest } from '../../../src/page/api/request.ts';
import {
  type Attachment,
  altText,
  asBlock,
  kindOf,
  sizeText,
  textOf,
} from '../../../src/page/attachments/attachment.ts';
import { contentOf, seesFiles } from '../../../src/page/attachments/contents.ts';
import { blobOf, dataUrl } from '../../../src/page/attachments/data-url.ts';
import { fitted, hasMetadata, LONG_SIDE } from '../../../src/page/attachments/picture.ts';
import type { Message } from '../../../src/page/chat/types.ts';
import { readArchive } from '../../../src/page/chats/archive.ts';
import { archive } from '../../../src/page/chats/archive-form.ts';

const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part)),
  );

describe('a file', () => {
  it.each([
    ['a.png', 'image/png', 'image'],
    ['photo.heic', 'image/heic', 'image'],
    ['a.svg', 'image/svg+xml', 'text'],
    ['a.pdf', '', 'pdf'],
    ['main.rs', '', 'text'],
    ['data.json', 'application/json', 'text'],
    ['a.ts', 'video/mp2t', 'text'],
    ['Makefile', '', null],
    ['a.zip', 'application/zip', null],
  ])('%s of type %j is %j', (name, type, kind) => expect(kindOf(name, type)).toBe(kind));

  it.each([
    [bytes('plain\n\ttext\r\n'), 'plain\n\ttext\r\n'],
    [new TextEncoder().encode('中文'), '中文'],
    [bytes([0x1b], '[31mred'), '\u001b[31mred'],
    [bytes('a', [0], 'b'), null],
    [bytes([0xff, 0xfe, 0x41]), null],
  ])('of bytes %# is text or is not', (given, text) => expect(textOf(given)).toBe(text));

  it('is told by its name where it cannot be seen', () => {
    expect(altText('holiday_in-rome.jpeg')).toBe('holiday in rome');
    expect(altText('.png')).toBe('.png');
    expect(altText('截图.png')).toBe('截图');
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '2 KB'],
    [999_499, '999 KB'],
    [999_501, '1.0 MB'],
  ])('of %i bytes has %s', (size, said) => expect(sizeText(size)).toBe(said));

  it('of text becomes a named block that its own fences never end', () => {
    expect(asBlock('a.py', 'print(1)\n')).toBe('a.py\n```py\nprint(1)\n```');
    fc.assert(
      fc.property(fc.array(fc.constantFrom('```', '````', '`', 'x', '\n')), (parts) => {
        const [, open = '', ...rest] = asBlock('f', parts.join('')).split('\n');
        const fence = /^`+/.exec(open)?.[0] ?? '';
        expect(rest.at(-1)).toBe(fence);
        expect(rest.slice(0, -1).some((line) => line.includes(fence))).toBe(false);
      }),
    );
  });
});

describe('a picture', () => {
  it('is brought within the long side with its proportions, and never made larger', () => {
    expect(fitted({ width: 4096, height: 1024 })).toEqual({ width: 2048, height: 512 });
    expect(fitted({ width: 100, height: 50 })).toEqual({ width: 100, height: 50 });
    expect(fitted({ width: 1, height: 100_000 })).toEqual({ width: 1, height: 2048 });
    const side = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const size = fitted({ width, height });
        expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(LONG_SIDE);
        expect(Math.min(size.width, size.height)).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  const jpeg = (marker: number) => bytes([0xff, 0xd8, 0xff, marker, 0, 4, 1, 2, 0xff, 0xda, 0, 2]);
  const png = (name: string) =>
    bytes(
      [0x89],
      'PNG\r\n',
      [0x1a, 0x0a],
      [0, 0, 0, 1],
      name,
      [7],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      'IEND',
      [0, 0, 0, 0],
    );
  const webp = (name: string) => bytes('RIFF', [0, 0, 0, 0], 'WEBP', name, [1, 0, 0, 0], [7, 0]);
  it.each([
    ['a JPEG without', jpeg(0xe0), false],
    ['a JPEG with EXIF', jpeg(0xe1), true],
    ['a JPEG with a comment', jpeg(0xfe), true],
    ['a cut JPEG', bytes([0xff, 0xd8]), true],
    ['a PNG without', png('IDAT'), false],
    ['a PNG with EXIF', png('eXIf'), true],
    ['a PNG with texts', png('iTXt'), true],
    ['a WebP without', webp('VP8 '), false],
    ['a WebP with EXIF', webp('EXIF'), true],
    ['a GIF', bytes('GIF89a'), false],
    ['something else', bytes('????'), true],
  ])('%s: metadata %s', (_, given, expected) => expect(hasMetadata(given)).toBe(expected));

  it('never keeps a reader of its metadata busy or makes it fail', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom('', 'j', 'p', 'w'), (noise, form) => {
        const head = {
          '': [],
          j: [0xff, 0xd8],
          p: [...png('IDAT').slice(0, 8)],
          w: [...webp('VP8 ').slice(0, 12)],
        }[form];
        expect(typeof hasMetadata(new Uint8Array([...(head ?? []), ...noise]))).toBe('boolean');
      }),
    );
  });
});

describe('what is sent', () => {
  const attachment = (kind: Attachment['kind'], name: string): Attachment => ({
    id: name,
    kind,
    name,
    type: kind === 'image' ? 'image/webp' : kind === 'pdf' ? 'application/pdf' : 'text/plain',
    bytes: 3,
  });
  const files = [
    { attachment: attachment('image', 'cat_1.png'), blob: new Blob(['abc']) },
    { attachment: attachment('text', 'a.txt'), blob: new Blob(['hello']) },
    { attachment: attachment('pdf', 'p.pdf'), blob: new Blob(['%PDF']) },
  ];

  it('is the words with the texts, then the pictures and files', async () => {
    expect(await contentOf('What?', files, true)).toEqual([
      { type: 'text', text: 'What?\n\na.txt\n```txt\nhello\n```' },
      { type: 'image_url', image_url: { url: 'data:image/webp;base64,YWJj' } },
      { type: 'file', file: { filename: 'p.pdf', file_data: 'data:application/pdf;base64,JVBERg==' } },
    ]);
  });

  it('is words alone where nothing can be seen, or a file is gone', async () => {
    expect(await contentOf('What?', files, false)).toBe(
      'What?\n\n[cat 1]\n\na.txt\n```txt\nhello\n```\n\n[p]',
    );
    expect(
      await contentOf(
        '',
        files.slice(0, 1).map((file) => ({ ...file, blob: undefined })),
        true,
      ),
    ).toBe('[cat 1]');
  });

  it('is a picture alone where nothing was written', async () => {
    expect(await contentOf('', files.slice(0, 1), true)).toHaveLength(1);
  });

  it('takes the place of the words in the request, and nothing of other messages', () => {
    const message = (id: string): Message => ({
      id,
      chat: 'c',
      parent: null,
      role: 'user',
      text: id,
      at: 1,
      state: 'done',
    });
    const contents = new Map([['a', [{ type: 'text', text: 'A' }]]]);
    const stamp = { mode: 'openai' as const, model: 'm' };
    const { body } = chatRequest([message('a'), message('b')], stamp, '', null, undefined, contents);
    expect(JSON.parse(body).messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'A' }] },
      { role: 'user', content: 'b' },
    ]);
  });

  it('depends on what the list says of the model, and never goes to the assistant', () => {
    const listed = [{ id: 'x', architecture: { input_modalities: ['text'] } }];
    expect(seesFiles({ mode: 'openai', model: 'x' }, listed)).toBe(false);
    expect(seesFiles({ mode: 'openai', model: 'gpt-4o' }, listed)).toBe(true);
    expect(seesFiles({ mode: 'openai', model: 'unknown' }, [])).toBe(null);
    expect(seesFiles({ mode: 'assistant', model: 'nexcode' }, listed)).toBe(false);
  });
});

describe('an export', () => {
  it('holds the files, and they come back byte for byte', async () => {
    const message: Message = {
      id: 'm1',
      chat: 'c1',
      parent: null,
      role: 'user',
      text: 'Look',
      attachments: [
        { id: 'f1', kind: 'image', name: 'a.png', type: 'image/webp', bytes: 3, width: 4, height: 5 },
      ],
      at: 1,
      state: 'done',
    };
    const chat = { id: 'c1', title: 'T', named: true, pinned: false, created: 1, updated: 2, leaf: 'm1' };
    const given = new Uint8Array([0, 255, 128, 10]);
    const data = await dataUrl(new Blob([given]), 'image/webp');
    const read = readArchive(JSON.stringify(archive([chat], [message], [], [{ id: 'f1', data }])));
    expect(read).toEqual({ chats: [chat], messages: [message], files: [{ id: 'f1', data }] });
    const blob = blobOf(read?.files?.[0]?.data ?? '');
    expect(blob?.type).toBe('image/webp');
    expect(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(given);
    expect(blobOf('https://example.com/x')).toBe(null);
    expect(blobOf('data:image/png;base64,A')).toBe(null);
  });
});
