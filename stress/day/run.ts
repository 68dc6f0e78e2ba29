/** The server of the run over its kills, who pays for calls, and how clients ask. */
import * as z from 'zod';
import { PROJECT } from '../../test/support/keys.ts';
import { MortalServer } from '../mortal-server.ts';
import { Mistake } from '../resume/reader.ts';
import type { DayUpstream } from './upstream.ts';

/** The term of a hold, short enough to be waited for. */
export const HOLD_SECONDS = 5;

/** The operator's token. */
export const TOKEN = 'the-token-of-the-day-0123456789-abcdef';

const PRICES = {
  'gpt-*': { input: 1, output: 2, window: 100_000, max_output: 1000 },
  'text-embedding-*': { input: 1, window: 8000 },
};

const issuedSchema = z.object({ api_key: z.object({ id: z.string(), value: z.string() }) });

/** An issued key. */
export interface DayKey {
  readonly id: string;
  readonly value: string;
  /** What stands for it in the marks of its calls. */
  readonly word: string;
  readonly isDurable: boolean;
  /** What it may spend, USD. */
  readonly cap: number;
}

/** Who pays for a call: what its request carries, and the word for it in its mark. */
export interface DayPayer {
  readonly word: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a request may have beside its path. */
export interface AskParts {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | FormData;
  readonly signal?: AbortSignal;
}

/** An issued key was refused because its object did not answer in time: nothing was sent upstream. */
export class KeyServiceDown extends Error {
  override readonly name = 'KeyServiceDown';
}

/** Everything that the clients of one run share. */
export class DayRun {
  readonly upstream: DayUpstream;
  readonly server: MortalServer;
  /** Keys with room, and such whose budget ends during the run. */
  keys: readonly DayKey[] = [];
  smallKeys: readonly DayKey[] = [];
  /** What a login has given. */
  cookie = '';
  /** Milliseconds, of calls without a fault: whole plain answers, and the first bytes of streams. */
  readonly plainMs: number[] = [];
  readonly firstByteMs: number[] = [];
  /** No client begins anything until it resolves. */
  gate: Promise<void> = Promise.resolve();

  constructor(upstream: DayUpstream, voice: string, stateFolder: string) {
    this.upstream = upstream;
    this.server = new MortalServer(
      {
        OPENAI_API_BASE: upstream.base,
        OPENAI_API_KEY: 'sk-of-the-server',
        UPSTREAMS: { voice: { base: voice, models: ['voice-*'] } },
        API_TOKEN: TOKEN,
        REQUIRE_AUTH: 'true',
        KEYS_SECRET: 'the-secret-of-the-day-0123456789-abcdef',
        LEDGER: 'true',
        RESUMABLE: 'true',
        SELF_HOSTED: 'true',
        COMPLETIONS_MODE: 'chat',
        HOLD_SECONDS: String(HOLD_SECONDS),
        PRICES,
      },
      { stateFolder, inspector: true },
    );
  }

  /** Starts the server, issues keys with these budgets in USD, and logs in. */
  async start(caps: readonly number[], smallCaps: readonly number[]): Promise<void> {
    await this.server.start();
    this.keys = await Promise.all(caps.map((cap, place) => this.#issue(`big${place}`, cap, place % 2 === 0)));
    this.smallKeys = await Promise.all(
      smallCaps.map((cap, place) => this.#issue(`small${place}`, cap, true)),
    );
    this.cookie = await this.logIn(TOKEN);
  }

  async #issue(word: string, cap: number, isDurable: boolean): Promise<DayKey> {
    const answer = await this.ask(`${PROJECT}/service_accounts`, {
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        name: word,
        limits: { durable: isDurable, budget: { usd: cap, period: 'total' } },
      }),
    });
    return { ...issuedSchema.parse(await answer.json()).api_key, word, isDurable, cap };
  }

  /** Kills the process. The next one listens at another port, by which the login's cookie is named. */
  async kill(): Promise<void> {
    const open = Promise.withResolvers<void>();
    this.gate = open.promise;
    try {
      await this.server.kill();
      this.cookie = await this.logIn(TOKEN);
    } finally {
      open.resolve();
    }
  }

  /** Logs in as the page does. @returns the cookie. */
  async logIn(token: string): Promise<string> {
    const answer = await this.ask('/session', {
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ token }),
    });
    const [cookie] = answer.headers.getSetCookie();
    if (answer.status !== 204 || cookie === undefined) throw new Mistake(`A login failed: ${answer.status}.`);
    return cookie.split(';', 1)[0] ?? '';
  }

  /** Asks the process that runs now. @throws {KeyServiceDown} where a key was refused because nothing is known of it. */
  async ask(path: string, { method, headers = {}, body, signal }: AskParts = {}): Promise<Response> {
    const answer = await fetch(`${this.server.process.url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers,
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    });
    if (answer.status !== 503) return answer;
    const text = await answer.text();
    if (text.includes('"code":"key_service_unavailable"')) throw new KeyServiceDown();
    return new Response(text, answer);
  }

  /** One of those who may pay for anything. */
  payer(random: () => number): DayPayer {
    const choice = Math.floor(random() * 8);
    if (choice === 0) return { word: 'token', headers: { authorization: `Bearer ${TOKEN}` } };
    if (choice === 1)
      return { word: 'session', headers: { cookie: this.cookie, 'sec-fetch-site': 'same-origin' } };
    if (choice === 2) return { word: 'own', headers: { authorization: 'Bearer sk-own-key-of-a-caller' } };
    return this.keyPayer(random);
  }

  /** One of the issued keys with room. */
  keyPayer(random: () => number): DayPayer {
    const key = this.keys[Math.floor(random() * this.keys.length)];
    if (key === undefined) throw new Error('No keys were issued.');
    return { word: key.word, headers: { authorization: `Bearer ${key.value}` } };
  }
}
