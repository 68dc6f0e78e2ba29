/** The server of the run over its restarts, and the readers of its streams. */
import * as z from 'zod';
import { PRICES, PROJECT } from '../../test/support/keys.ts';
import { withoutIds } from '../../test/support/streams.ts';
import { MortalServer } from '../mortal-server.ts';
import { type Fate, Mistake, Reader } from './reader.ts';
import { contentOf, randomOf } from './upstream.ts';

/** The term of a hold, short enough to be waited for. */
export const HOLD_SECONDS = 3;

/** The operator's token. */
export const TOKEN = 'the-token-of-the-resume-run';

/** Asked for this place, an object dies. */
const DEADLY = 666_000_666;

/** The Worker, with objects that die when they are told to. */
const MORTAL = `
import worker, { BooksObject, KeyObject, StreamObject as Base } from './index.js';
export { BooksObject, KeyObject };
export class StreamObject extends Base {
  fetch(request) {
    if (request.url.includes('from=${DEADLY}')) this.ctx.abort('The run ends it.');
    return super.fetch(request);
  }
}
export default worker;
`;

const issuedSchema = z.object({ api_key: z.object({ id: z.string(), value: z.string() }) });
/** An issued key. */
export interface Key {
  readonly id: string;
  readonly value: string;
}

/** The server over its restarts, and its readers. */
export class Run {
  /** How often a reader has left and come back. */
  returns = 0;
  readonly #server: MortalServer;
  #isOver = false;

  constructor(folder: string, upstream: string) {
    this.#server = new MortalServer(
      {
        OPENAI_API_BASE: upstream,
        OPENAI_API_KEY: 'sk-of-the-server',
        API_TOKEN: TOKEN,
        REQUIRE_AUTH: 'true',
        KEYS_SECRET: 'the-secret-of-the-resume-run-0123456789',
        RESUMABLE: 'true',
        SELF_HOSTED: 'true',
        HOLD_SECONDS: String(HOLD_SECONDS),
        PRICES,
      },
      { stateFolder: folder, entry: MORTAL },
    );
  }

  start(): Promise<void> {
    return this.#server.start();
  }

  /** Ends the run. */
  async close(): Promise<void> {
    this.#isOver = true;
    await this.#server.close();
  }

  kill(): Promise<void> {
    return this.#server.kill();
  }

  /** Ends the first object of a key's streams. */
  async endObject(key: Key | undefined): Promise<void> {
    const ended = this.#server.beginDeath();
    await this.ask(`/v1/streams/st_00${'0'.repeat(32)}?starting_after=${DEADLY}`, key?.value ?? '').catch(
      () => undefined,
    );
    ended();
  }

  async issue(): Promise<Key> {
    const answer = await this.ask(`${PROJECT}/service_accounts`, TOKEN, {
      name: 'resume run',
      limits: { durable: true, budget: { usd: 1000, period: 'total' } },
    });
    return issuedSchema.parse(await answer.json()).api_key;
  }

  ask(
    path: string,
    token: string,
    body?: object,
    more: { readonly headers?: Record<string, string>; readonly signal?: AbortSignal } = {},
  ): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...more.headers };
    return fetch(`${this.#server.process.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(more.signal && { signal: more.signal }),
    });
  }

  /**
   * Asks for a stream, and reads it with one reader who leaves again and again; then once more from the beginning.
   * @throws where a reader got what it must not.
   */
  async follow(number: number, key: Key): Promise<Fate> {
    await this.#server.running;
    const random = randomOf(number);
    const began = performance.now();
    const expected = contentOf(number).text;
    const body = { model: `gpt-${number}`, messages: [{ role: 'user', content: 'Go on.' }], stream: true };
    const had = new Reader(Buffer.from(expected));
    let id: string | undefined;
    let beside: Promise<string | undefined> | undefined;
    for (let visit = 0; !had.isOver; visit += 1) {
      const leave = new AbortController();
      try {
        const answer = await (id === undefined
          ? this.ask('/v1/chat/completions', key.value, body, {
              headers: { 'x-nexcode-resumable': 'true' },
              signal: leave.signal,
            })
          : this.ask(
              `/v1/streams/${id}?ids=false&starting_after=${had.length}`,
              key.value,
              undefined,
              leave,
            ));
        if (id === undefined && answer.ok) {
          id = answer.headers.get('x-nexcode-stream') ?? '';
          if (!id.startsWith('st_')) throw new Mistake(`Stream ${number} is not recorded: ${id}.`);
          if (number % 3 === 0) beside = this.#wholeBeside(id, key).catch(() => undefined);
        }
        if (!answer.ok) {
          const text = await answer.text();
          // Lost before its first part was on disk, or asked while the object died.
          if (this.#server.wasKilled(began) && /stream_not_found|_unavailable|upstream_error/.test(text))
            return 'unanswered';
          throw new Mistake(`Stream ${number}: ${answer.status} ${text}`);
        }
        const most =
          visit < 4 && random() < 0.7 ? 1 + Math.floor(random() * expected.length * 0.5) : Infinity;
        if (await had.read(answer, most)) break;
        this.returns += 1;
        leave.abort();
      } catch (error) {
        if (error instanceof Mistake || this.#isOver || !this.#server.wasKilled(began)) throw error;
        // The runtime was killed: it is asked again where it was, or for another stream where it was never answered.
        await this.#server.running;
        if (id === undefined) return 'unanswered';
      }
    }
    const fate = had.fate(number);
    if (fate === 'cut' && !this.#server.wasKilled(began))
      throw new Mistake(`Stream ${number} was cut, and nothing was killed.`);
    const whole = await beside;
    if (
      whole !== undefined &&
      fate === 'whole' &&
      !this.#server.wasKilled(began) &&
      withoutIds(whole) !== expected
    ) {
      throw new Mistake(`The second reader of stream ${number} got other bytes.`);
    }
    if (fate === 'whole' && id !== undefined) await this.#compareReplay(number, id, key, expected);
    return fate;
  }

  /** Another reader, who stays and is told the place of events. */
  async #wholeBeside(id: string, key: Key): Promise<string> {
    return (await this.ask(`/v1/streams/${id}`, key.value)).text();
  }

  async #compareReplay(number: number, id: string, key: Key, expected: string): Promise<void> {
    const began = performance.now();
    try {
      const text = await this.#wholeBeside(id, key);
      if (withoutIds(text) === expected || this.#server.wasKilled(began)) return;
    } catch (error) {
      if (this.#server.wasKilled(began)) return;
      throw error;
    }
    throw new Mistake(`The replay of stream ${number} has other bytes.`);
  }
}
