/** An upstream's answer as it was received. */
import { headerFields } from '../http/header-fields.ts';

/**
 * An answer whose head was copied out of the runtime once: a dozen of its fields are asked for, and each question to the
 * runtime costs more than one to a map. The body stays where it is until somebody asks for it.
 */
export class Received {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** The address that answered. */
  readonly url: string;
  /** The answer itself, whose head is not read. */
  readonly response: Response;

  private constructor(status: number, headers: ReadonlyMap<string, string>, url: string, response: Response) {
    this.status = status;
    this.headers = headers;
    this.url = url;
    this.response = response;
  }

  /** An answer of the runtime's `fetch`. */
  static of(answer: Response): Received {
    return new Received(answer.status, headerFields(answer.headers), answer.url, answer);
  }

  get body(): ReadableStream<Uint8Array> | null {
    return this.response.body;
  }

  /** Reads the whole body; rejects where it breaks off. */
  arrayBuffer(): Promise<ArrayBuffer> {
    return this.response.arrayBuffer();
  }

  /** The same head with another body. */
  withBody(body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>): Received {
    return new Received(this.status, this.headers, this.url, new Response(body));
  }

  /** The same body under other fields: those given, but for the ones that are undefined. */
  withFields(fields: Readonly<Record<string, string | undefined>>): Received {
    const headers = new Map(this.headers);
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) headers.delete(name);
      else headers.set(name, value);
    }
    return new Received(this.status, headers, this.url, this.response);
  }
}
