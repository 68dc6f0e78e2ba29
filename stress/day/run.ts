/** The server of the run over its kills, who pays for calls, and how clients ask. */
import { API_TOKEN, bearer, JSON_TYPE } from '../../test/support/surface.ts';
import { type IssuedKey, issueKey, issuing } from '../issued-key.ts';
import { Mistake } from '../mistake.ts';
import type { AskParts, MortalServer } from '../mortal-server.ts';
import type { DayUpstream } from './upstream.ts';

/** Who pays for a call: what its request carries, and the word for it in its mark. */
export interface DayPayer {
  readonly word: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An issued key was refused because its object did not answer in time: nothing was sent upstream. */
export class KeyServiceDown extends Error {
  override readonly name = 'KeyServiceDown';
}

/** The settings of the server. @param voice the base address of the upstream of WebSockets. */
export function daySettings(upstream: string, voice: string) {
  return {
    ...issuing(upstream),
    UPSTREAMS: { voice: { base: voice, models: ['voice-*'] } },
    LEDGER: 'true',
    RESUMABLE: 'true',
    COMPLETIONS_MODE: 'chat',
  };
}

/** Everything that the clients of one run share. */
export class DayRun {
  readonly upstream: DayUpstream;
  readonly server: MortalServer;
  /** Keys with room, and such whose budget ends during the run. */
  keys: readonly IssuedKey[] = [];
  smallKeys: readonly IssuedKey[] = [];
  /** What a login has given. */
  cookie = '';
  /** Milliseconds, of calls without a fault: whole plain answers, and the first bytes of streams. */
  readonly plainMs: number[] = [];
  readonly firstByteMs: number[] = [];
  /** No client begins anything until it resolves. */
  gate: Promise<void> = Promise.resolve();

  constructor(upstream: DayUpstream, server: MortalServer) {
    this.upstream = upstream;
    this.server = server;
  }

  /** Issues keys with these budgets in USD, and logs in. */
  async begin(caps: readonly number[], smallCaps: readonly number[]): Promise<void> {
    const issue = (name: string, isDurable: boolean, cap: number) =>
      issueKey(this.server, { name, isDurable, cap });
    this.keys = await Promise.all(caps.map((cap, place) => issue(`big${place}`, place % 2 === 0, cap)));
    this.smallKeys = await Promise.all(smallCaps.map((cap, place) => issue(`small${place}`, true, cap)));
    this.cookie = await this.logIn();
  }

  /** Kills the process. The next one listens at another port, by which the login's cookie is named. */
  async kill(): Promise<void> {
    const open = Promise.withResolvers<void>();
    this.gate = open.promise;
    try {
      await this.server.kill();
      this.cookie = await this.logIn();
    } finally {
      open.resolve();
    }
  }

  /** Logs in as the page does. @returns the cookie. */
  async logIn(): Promise<string> {
    const answer = await this.ask('/session', {
      headers: { ...JSON_TYPE, 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ token: API_TOKEN }),
    });
    const [cookie] = answer.headers.getSetCookie();
    if (answer.status !== 204 || cookie === undefined) throw new Mistake(`A login failed: ${answer.status}.`);
    return cookie.split(';', 1)[0] ?? '';
  }

  /** Asks the process that runs now. @throws {KeyServiceDown} where a key was refused because nothing is known of it. */
  async ask(path: string, parts?: AskParts): Promise<Response> {
    const answer = await this.server.ask(path, parts);
    if (answer.status !== 503) return answer;
    const text = await answer.text();
    if (text.includes('"code":"key_service_unavailable"')) throw new KeyServiceDown();
    return new Response(text, answer);
  }

  /** One of those who may pay for anything. */
  payer(random: () => number): DayPayer {
    const choice = Math.floor(random() * 8);
    if (choice === 0) return { word: 'token', headers: bearer(API_TOKEN) };
    if (choice === 1)
      return { word: 'session', headers: { cookie: this.cookie, 'sec-fetch-site': 'same-origin' } };
    if (choice === 2) return { word: 'own', headers: bearer('sk-own-key-of-a-caller') };
    return this.keyPayer(random);
  }

  /** One of the issued keys with room. */
  keyPayer(random: () => number): DayPayer {
    const key = this.keys[Math.floor(random() * this.keys.length)];
    if (key === undefined) throw new Error('No keys were issued.');
    return { word: key.name, headers: bearer(key.value) };
  }
}
