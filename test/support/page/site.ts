/** The page as people meet it: the gateway with a scripted upstream behind it, and visitors in a real browser. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chatChunk, chatStream, respond, stream, usageChunk } from '../answers.ts';
import { type Gateway, type GatewaySettings, startGateway } from '../gateway.ts';
import { type Exchange, type Script, startUpstream, type Upstream } from '../upstream.ts';

/** The gateway's own key in these tests: it must never reach a browser. */
export const SERVER_KEY = 'sk-server-0123456789abcdef';

export interface Site extends AsyncDisposable {
  readonly url: string;
  readonly upstream: Upstream;
  readonly gateway: Gateway;
  /** Answers every completion from now on; the model list answers by itself. */
  answer(script: Script): void;
  /** The JSON bodies of the completions asked so far. */
  asked(): readonly Asked[];
}

/** A completion request as the upstream got it. */
export interface Asked {
  readonly model: string;
  readonly temperature?: number;
  readonly stream?: boolean;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly authorization: string | undefined;
}

/** Starts a gateway whose server key pays, unless the settings say otherwise. */
export async function startSite(settings: GatewaySettings = {}): Promise<Site> {
  const upstream = await startUpstream();
  let script: Script = words('Hello', ', ', 'reader.');
  upstream.always((exchange) =>
    exchange.request.path.endsWith('/models') ? MODELS(exchange) : script(exchange),
  );
  const gateway = await startGateway({
    OPENAI_API_BASE: upstream.base,
    OPENAI_API_KEY: SERVER_KEY,
    REQUIRE_AUTH: 'false',
    ...settings,
  });
  return {
    url: gateway.url,
    upstream,
    gateway,
    answer: (next) => {
      script = next;
    },
    asked: () => upstream.exchanges.filter(isCompletion).map(asAsked),
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await upstream.close();
    },
  };
}

const MODELS = respond(
  JSON.stringify({
    object: 'list',
    data: ['gpt-4.1-mini', 'gpt-4.1', 'deepseek-chat'].map((id) => ({
      id,
      object: 'model',
      created: 1,
      owned_by: 'test',
    })),
  }),
);

function isCompletion({ request }: Exchange): boolean {
  return request.path.endsWith('/chat/completions');
}

function asAsked({ request }: Exchange): Asked {
  return {
    ...JSON.parse(request.body.toString('utf8')),
    authorization: request.head.header('authorization'),
  };
}

/** A whole streamed answer, one event a word, with usage. */
export function words(...parts: string[]): Script {
  return stream([...chatStream(parts).slice(0, -1), usageChunk(), '[DONE]']);
}

/** An answer that comes in pieces, each when the test says so. */
export interface Staged {
  readonly script: Script;
  /** Sends one piece of text. */
  say(text: string): void;
  /** Ends the answer as it should end. */
  finish(): void;
  /** Ends the connection without the answer's end. */
  cut(): void;
  /** Resolves when the gateway has given up the connection. */
  readonly gone: Promise<unknown>;
}

export function staged(): Staged {
  const steps: (string | null | undefined)[] = [];
  let wake = () => {};
  const gone = Promise.withResolvers<unknown>();
  const push = (step: string | null | undefined) => {
    steps.push(step);
    wake();
  };
  return {
    gone: gone.promise,
    say: (text) => push(text),
    finish: () => push(null),
    cut: () => push(undefined),
    async script(exchange) {
      let left = false;
      void exchange.gone.then((end) => {
        left = true;
        gone.resolve(end);
        wake();
      });
      await exchange.head(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      await exchange.event(chatChunk({ role: 'assistant', content: '' }));
      for (;;) {
        while (steps.length === 0 && !left) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (left) return;
        const step = steps.shift();
        if (typeof step === 'string') await exchange.event(chatChunk({ content: step }));
        else if (step === null) {
          await exchange.event(chatChunk({}, 'stop'));
          await exchange.event(usageChunk());
          await exchange.event('[DONE]');
          return await exchange.end();
        } else return exchange.cut();
      }
    },
  };
}

/** A browser's settings, and where on the site it starts. */
export type VisitorOptions = BrowserContextOptions & { readonly path?: string };

/** Somebody with a browser of their own, watched for everything that must never happen. */
export interface Visitor extends AsyncDisposable {
  readonly page: Page;
  /** Another tab of the same browser. */
  tab(path?: string): Promise<Page>;
  /** Throws if the page broke, reported a policy violation, or asked another origin for anything. */
  expectPeace(): void;
}

export async function visit(browser: Browser, url: string, options: VisitorOptions = {}): Promise<Visitor> {
  const { path = '/', ...contextOptions } = options;
  const context = await browser.newContext({
    locale: 'en',
    viewport: { width: 1280, height: 800 },
    ...contextOptions,
  });
  context.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(url).origin && protocol !== 'data:' && protocol !== 'blob:') {
      complaints.push(`A request to another origin: ${request.url()}`);
    }
  });
  context.on('weberror', (error) => complaints.push(`An error in the page: ${error.error().stack}`));
  context.on('console', (message) => {
    if (/CSP|Content Security Policy|Trusted/i.test(message.text())) complaints.push(message.text());
  });
  const tab = async (to = path) => {
    const page = await context.newPage();
    await page.goto(new URL(to, url).href);
    return page;
  };
  return {
    page: await tab(),
    tab,
    expectPeace() {
      if (complaints.length > 0) throw new Error(complaints.join('\n'));
    },
    async [Symbol.asyncDispose]() {
      await context.close();
    },
  };
}

/** Switches to the model behind the server: unlike the assistant, it has no guides to fall back on when it fails. */
export async function useServersModel(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Settings|设置)$/ }).click();
  await page.getByLabel(/OpenAI Chat Completion/).check();
  await closeDialog(page);
}

/**
 * Closes the dialog on top by Escape, and waits until the page has taken it away. Closing is heard a task later, and a
 * dialog that is asked for before that closes with it.
 */
export async function closeDialog(page: Page): Promise<void> {
  const dialogs = page.locator('dialog');
  const before = await dialogs.count();
  await page.keyboard.press('Escape');
  await dialogs.nth(before - 1).waitFor({ state: 'detached' });
}

/** A phone, as a visitor's options. */
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

/** A backup as the page writes it. */
export function backupOf(chats: readonly object[], messages: readonly object[]): string {
  return JSON.stringify({ format: 'nexcode-conversations', version: 1, chats, messages });
}

/** Opens the settings, and takes a file in by them. They stay open. */
export async function importFile(page: Page, file: string | Uint8Array): Promise<void> {
  await page.locator('.to-settings').click();
  await page.locator('dialog.settings input[type=file]').setInputFiles({
    name: 'file',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(file),
  });
}

/** Asks, and gives back the answer once its first words are shown; the rest comes when the test says so. */
export async function begun(
  site: Pick<Site, 'answer'>,
  page: Page,
  question: string,
  words: string,
): Promise<Staged> {
  const answer = staged();
  site.answer(answer.script);
  await ask(page, question);
  answer.say(words);
  await page.locator('.answer', { hasText: words.trim() }).waitFor();
  return answer;
}

/** Types a question and sends it by Enter. */
export async function ask(page: Page, question: string): Promise<void> {
  const composer = page.locator('textarea').first();
  await composer.fill(question);
  await composer.press('Enter');
}
