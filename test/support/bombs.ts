/** Bodies of JSON that are made to use up a server that reads them. */
import { connect } from 'node:net';

/** Just under MAX_BODY_BYTES. */
const BOMB_BYTES = 19_800_000;

/** A body of that size: a head, as many repetitions as fit, a tail. */
function filled(head: string, repeated: string, tail: string): Buffer {
  const count = Math.floor((BOMB_BYTES - head.length - tail.length) / repeated.length);
  return Buffer.from(head + repeated.repeat(count) + tail);
}

const DEEP = Math.floor(BOMB_BYTES / 2) - 100;

/** By what is many in them. @param model the model that the body names. @param member where its items stand. */
export const JSON_BOMBS: Readonly<Record<string, (model: string, member: string) => Buffer>> = {
  wide: (model, member) => filled(`{"model":"${model}","${member}":[`, '{},', '{}]}'),
  deep: (model, member) =>
    Buffer.from(`{"model":"${model}","${member}":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`),
  'never closed': () => Buffer.alloc(BOMB_BYTES, '['),
  'long keys': (model, member) =>
    filled(`{"model":"${model}","${member}":[],"x":{`, `"${'k'.repeat(5000)}":1,`, '"z":1}}'),
  'long numbers': (model, member) => filled(`{"model":"${model}","${member}":[],"max_tokens":1`, '0', '}'),
  escapes: (model, member) => filled(`{"model":"${model}","${member}":["`, '\\n\\u0041', '"]}'),
  members: (model, member) => filled(`{"model":"${model}","${member}":[]`, ',"abcdefg":1', '}'),
};

/** The same request, over many connections at once. */
export interface Bombardment {
  readonly path: string;
  readonly token: string | undefined;
  readonly body: Buffer;
  /** How many connections. */
  readonly count: number;
}

/** Sends the same body over many connections at once; what status each was answered, or that it was closed. */
export function bombard(url: string, { path, token, body, count }: Bombardment): Promise<string[]> {
  const { hostname, port } = new URL(url);
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    'content-type: application/json',
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    `content-length: ${body.length}`,
  ].join('\r\n');
  const one = () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      answer += text;
      if (/^HTTP\/1\.1 \d{3}/.test(answer)) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 'closed'));
    socket.write(`${head}\r\n\r\n`);
    socket.write(body);
    return promise;
  };
  return Promise.all(Array.from({ length: count }, one));
}
