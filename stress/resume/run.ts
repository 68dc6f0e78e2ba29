/** The readers of the run, over the kills of its server. */
import { withoutIds } from '../../test/support/streams.ts';
import { bearer, JSON_TYPE } from '../../test/support/surface.ts';
import type { IssuedKey } from '../issued-key.ts';
import { Mistake } from '../mistake.ts';
import type { MortalServer } from '../mortal-server.ts';
import { randomOf } from '../random.ts';
import { type Fate, Reader } from '../returning-reader.ts';
import { contentOf } from '../stream-content.ts';

/** Asked for this place, an object dies. */
const DEADLY = 666_000_666;

/** The Worker, with objects that die when they are told to: the entry of the server. */
export const MORTAL = `
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

/** The readers of one server. */
export class Run {
  /** How often a reader has left and come back. */
  returns = 0;
  readonly #server: MortalServer;

  /** @param server with `MORTAL` as its entry. */
  constructor(server: MortalServer) {
    this.#server = server;
  }

  /** Ends the first object of a key's streams. */
  async endObject(key: IssuedKey): Promise<void> {
    const ended = this.#server.beginDeath();
    await this.#stream(`st_00${'0'.repeat(32)}?starting_after=${DEADLY}`, key).catch(() => undefined);
    ended();
  }

  #stream(idAndQuery: string, key: IssuedKey, signal?: AbortSignal): Promise<Response> {
    return this.#server.ask(`/v1/streams/${idAndQuery}`, {
      headers: bearer(key.value),
      ...(signal && { signal }),
    });
  }

  /**
   * Asks for a stream, and reads it with one reader who leaves again and again; then once more from the beginning.
   * @throws where a reader got what it must not.
   */
  async follow(number: number, key: IssuedKey): Promise<Fate> {
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
          ? this.#server.ask('/v1/chat/completions', {
              headers: { ...bearer(key.value), ...JSON_TYPE, 'x-nexcode-resumable': 'true' },
              body: JSON.stringify(body),
              signal: leave.signal,
            })
          : this.#stream(`${id}?ids=false&starting_after=${had.length}`, key, leave.signal));
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
        if (error instanceof Mistake || !this.#server.wasKilled(began)) throw error;
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
  async #wholeBeside(id: string, key: IssuedKey): Promise<string> {
    return (await this.#stream(id, key)).text();
  }

  async #compareReplay(number: number, id: string, key: IssuedKey, expected: string): Promise<void> {
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
