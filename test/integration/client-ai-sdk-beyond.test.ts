/** The Vercel AI SDK beyond text: embeddings, images, speech, transcriptions, files and a realtime session. */
import { randomBytes } from 'node:crypto';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embed, embedMany, generateImage, generateSpeech, transcribe, uploadFile } from 'ai';
import { describe, expect } from 'vitest';
import { respond } from '../support/answers.ts';
import { bodiesOf, formOf, PICTURE } from '../support/client-calls.ts';
import { type ClientSurface, test } from '../support/client-test.ts';
import { embeddingOf, embeds } from '../support/embedding-model.ts';
import { CLIENT_KEY, CLOSED, startSurface } from '../support/surface.ts';
import { startWebSocketUpstream } from '../support/websocket-upstream.ts';

const settingsOf = (surface: ClientSurface) => ({ baseURL: surface.base, apiKey: CLIENT_KEY });

describe.each([
  ['@ai-sdk/openai', (surface: ClientSurface) => createOpenAI(settingsOf(surface))],
  [
    '@ai-sdk/openai-compatible',
    (surface: ClientSurface) => createOpenAICompatible({ name: 'gateway', ...settingsOf(surface) }),
  ],
])('the AI SDK (%s)', (_, providerOf) => {
  test('embeds one value and many', async ({ surface }) => {
    for (const answer of [embeds, embeds]) surface.upstream.reply(answer);
    const model = providerOf(surface).embeddingModel('e');
    const one = await embed({ model, value: '你好' });
    expect(one).toMatchObject({ embedding: embeddingOf(0), usage: { tokens: 2 } });
    const { embeddings } = await embedMany({ model, values: ['a', 'b', 'c'] });
    expect(embeddings).toEqual([0, 1, 2].map(embeddingOf));
    expect(bodiesOf(surface)).toMatchObject([{ model: 'e', input: ['你好'] }, { input: ['a', 'b', 'c'] }]);
  });

  test('generates an image', async ({ surface }) => {
    surface.upstream.reply(
      respond(JSON.stringify({ created: 1, data: [{ b64_json: PICTURE.toString('base64') }] })),
    );
    const { image } = await generateImage({
      model: providerOf(surface).imageModel('gpt-image-1'),
      prompt: 'a pixel',
    });
    expect(Buffer.from(image.uint8Array)).toEqual(PICTURE);
    expect(surface.asked.path).toBe('/v1/images/generations');
    expect(bodiesOf(surface)).toMatchObject([{ model: 'gpt-image-1', prompt: 'a pixel' }]);
  });
});

describe('the AI SDK (@ai-sdk/openai)', () => {
  test('speaks: the sound arrives as it was sent', async ({ surface }) => {
    const sound = randomBytes(50_000);
    surface.upstream.reply(respond(sound, 200, { 'content-type': 'audio/mpeg' }));
    const model = createOpenAI(settingsOf(surface)).speech('tts');
    const { audio } = await generateSpeech({ model, text: 'hi', voice: 'alloy' });
    expect(Buffer.from(audio.uint8Array).equals(sound)).toBe(true);
    expect(bodiesOf(surface)).toMatchObject([{ model: 'tts', input: 'hi', voice: 'alloy' }]);
  });

  test('transcribes: the recording arrives in its form', async ({ surface }) => {
    surface.upstream.reply(respond('{"text":"hello","language":"english","duration":1.5}'));
    const recording = Buffer.concat([Buffer.from('RIFF'), randomBytes(10_000)]);
    const model = createOpenAI(settingsOf(surface)).transcription('whisper-1');
    expect(await transcribe({ model, audio: recording })).toMatchObject({ text: 'hello' });
    const { bytes, texts } = await formOf(surface.asked);
    expect(bytes.equals(recording)).toBe(true);
    expect(texts).toMatchObject({ model: 'whisper-1' });
  });

  test('uploads a file, reads it back and deletes it', async ({ surface }) => {
    const bytes = randomBytes(20_000);
    const files = createOpenAI(settingsOf(surface)).files();
    surface.upstream.reply(respond('{"id":"file-1","object":"file","bytes":20000,"filename":"你好.bin"}'));
    const { providerReference } = await uploadFile({
      api: files,
      data: new Uint8Array(bytes),
      mediaType: 'application/octet-stream',
      filename: '你好.bin',
    });
    expect(providerReference).toEqual({ openai: 'file-1' });
    const form = await formOf(surface.asked);
    expect([form.name, form.bytes.equals(bytes)]).toEqual(['你好.bin', true]);

    surface.upstream.reply(respond(bytes, 200, { 'content-type': 'application/octet-stream' }));
    const { content } = (await files.downloadFile?.({ file: providerReference })) ?? {};
    expect(Buffer.from(await new Response(content).arrayBuffer()).equals(bytes)).toBe(true);
    surface.upstream.reply(respond('{"id":"file-1","object":"file","deleted":true}'));
    expect(await files.deleteFile?.({ file: providerReference })).toMatchObject({ deleted: true });
    expect(surface.upstream.exchanges.map(({ request }) => `${request.method} ${request.path}`)).toEqual([
      'POST /v1/files',
      'GET /v1/files/file-1/content',
      'DELETE /v1/files/file-1',
    ]);
  });

  test('talks over a WebSocket', async () => {
    await using upstream = await startWebSocketUpstream();
    await using surface = await startSurface({ ...CLOSED, OPENAI_API_BASE: upstream.base });
    const model = createOpenAI(settingsOf(surface)).experimental_realtime('gpt-realtime');
    const { url = '', headers = {} } = (await model.getServerWebSocketConfig?.()) ?? {};
    const socket = new WebSocket(url, { headers });
    const opened = new Promise((resolve) => socket.addEventListener('open', resolve));
    const server = await upstream.socket();
    expect(server.handshake.url).toBe('/v1/realtime?model=gpt-realtime');
    expect(server.handshake.headers.authorization).toBe(`Bearer ${CLIENT_KEY}`);
    await opened;
    socket.send(JSON.stringify(await model.serializeClientEvent({ type: 'response-create' })));
    expect(await server.next()).toEqual({ kind: 'text', text: '{"type":"response.create"}' });
    const heard = new Promise<string>((resolve) =>
      socket.addEventListener('message', ({ data }) => resolve(String(data))),
    );
    server.send({
      kind: 'text',
      text: '{"type":"response.output_text.delta","delta":"Hi","response_id":"r"}',
    });
    expect(model.parseServerEvent(JSON.parse(await heard))).toMatchObject({
      type: 'text-delta',
      delta: 'Hi',
    });
    socket.close(1000, 'done');
    expect(await server.next()).toEqual({ kind: 'close', code: 1000, reason: 'done' });
  });
});
