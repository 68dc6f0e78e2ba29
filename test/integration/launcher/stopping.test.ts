import { afterAll, beforeAll, expect, test } from 'vitest';
import { chatChunk, chatStream, EVENT_STREAM } from '../../support/answers.ts';
import { type Checkout, type Command, copyProject } from '../../support/checkout.ts';
import { call, connect } from '../../support/http.ts';
import { chatCall, type OpenCall, openCall } from '../../support/relay.ts';
import { type Exchange, startUpstream, type Upstream } from '../../support/upstream.ts';

const CTRL_C = '\x03';

let project: Checkout;
beforeAll(async () => {
  project = await copyProject();
});
afterAll(() => project[Symbol.asyncDispose]());

/** Resolves with the address of the page once the start has printed it, by its number. */
async function started(command: Command): Promise<string> {
  return (await command.serves()).replace('localhost', '127.0.0.1');
}

/** A chat stream whose first words have arrived, and the upstream's side of it. */
async function streamUnderWay(url: string, upstream: Upstream): Promise<[OpenCall, Exchange]> {
  const begun = Promise.withResolvers<Exchange>();
  upstream.reply(begun.resolve);
  const open = await openCall(url, chatCall({ stream: true }));
  const exchange = await begun.promise;
  await exchange.head(200, EVENT_STREAM);
  await exchange.event(chatChunk({ content: 'first' }));
  await open.until('first');
  return [open, exchange];
}

/** Resolves when new requests are refused, and returns such a refusal. */
async function refusal(url: string) {
  const answers: Awaited<ReturnType<typeof call>>[] = [];
  await expect
    .poll(async () => {
      const answer = await call(url, { path: '/health' });
      answers.push(answer);
      return answer.status;
    })
    .toBe(503);
  return answers.at(-1);
}

/** Each way to be told to stop: how it is run, and what tells it. */
const WAYS: readonly (readonly [
  name: string,
  run: (settings: Record<string, string>) => Command,
  tell: (command: Command) => void,
])[] = [
  [
    'Ctrl-C at a terminal',
    (settings) => project.runInTerminal('npm start', settings),
    (command) => command.type(CTRL_C),
  ],
  [
    'SIGTERM to npm',
    (settings) => project.run('npm', ['start'], settings),
    (command) => command.signal('SIGTERM'),
  ],
  [
    'SIGTERM to the launcher',
    (settings) => project.run('node', ['src/launcher/start.ts'], settings),
    (command) => command.signal('SIGTERM'),
  ],
  [
    'SIGHUP to the launcher',
    (settings) => project.run('node', ['src/launcher/start.ts'], settings),
    (command) => command.signal('SIGHUP'),
  ],
];

test.runIf(process.platform === 'linux').each(WAYS)(
  '%s lets the answer under way come to its end, refuses others, and leaves no process',
  async (_, run, tell) => {
    await using upstream = await startUpstream();
    await using command = run({
      PORT: '0',
      OPENAI_API_BASE: upstream.base,
      OPENAI_MODEL: 'm',
      // Not to be waited for, however slow the machine is.
      SHUTDOWN_GRACE_MS: '200000',
    });
    const url = await started(command);
    const [open, exchange] = await streamUnderWay(url, upstream);
    tell(command);
    const refused = await refusal(url);
    expect(refused?.json()).toMatchObject({ error: { code: 'server_stopping', type: 'server_error' } });
    expect(refused?.head.header('retry-after')).toBe('5');
    for (const payload of chatStream(['last']).slice(1)) await exchange.event(payload);
    await exchange.end();
    expect(await open.rest()).toBe('complete');
    expect(open.text).toMatch(/last.*data: \[DONE\]\n\n$/s);
    await command.ended;
    await expect.poll(() => project.processes(), { timeout: 15_000 }).toEqual([]);
    await expect(connect(url)).rejects.toThrow('ECONNREFUSED');
  },
);

test.runIf(process.platform === 'linux')(
  'a second Ctrl-C, a second after the first, ends at once and leaves no process',
  async () => {
    await using upstream = await startUpstream();
    await using command = project.runInTerminal('npm start', {
      PORT: '0',
      OPENAI_API_BASE: upstream.base,
      OPENAI_MODEL: 'm',
      SHUTDOWN_GRACE_MS: '200000',
    });
    const url = await started(command);
    const [open] = await streamUnderWay(url, upstream);
    const begin = performance.now();
    command.type(CTRL_C);
    await command.prints('Ctrl-C again ends them at once.');
    let over = false;
    void command.ended.then(() => {
      over = true;
    });
    await expect
      .poll(
        () => {
          command.type(CTRL_C);
          return over;
        },
        { timeout: 30_000, interval: 100 },
      )
      .toBe(true);
    // The stream may be cut only by a signal that came late enough.
    expect(performance.now() - begin).toBeGreaterThanOrEqual(1000);
    expect(await open.rest()).not.toBe('complete');
    await expect.poll(() => project.processes(), { timeout: 15_000 }).toEqual([]);
  },
);
