/** From the bare Worker to the least relay, one step after another: what each adds to the cost. */
import { startModules } from '../test/support/workerd.ts';
import { type Contender, chatForm } from './contender.ts';
import { FLOOR_CONTENDERS } from './floors.ts';
import { MAIN } from './modes.ts';

/** What the steps are called; the words for them stand in `words.ts`. */
const STEPS = {
  body: 'reads the body',
  headers: 'and sends its own headers',
  response: 'and answers with its own Response',
  pipe: 'and pumps the stream itself',
} as const;

/** The same handler with more and more in it. */
const SOURCES: Readonly<Record<keyof typeof STEPS, string>> = {
  body: `return fetch(url, { method: 'POST', headers: request.headers, body: await request.arrayBuffer() });`,
  headers: `return fetch(url, { method: 'POST', headers, body: await request.arrayBuffer() });`,
  response: `const answer = await fetch(url, { method: 'POST', headers, body: await request.arrayBuffer() });
    return new Response(answer.body, ownHead(answer));`,
  pipe: `const answer = await fetch(url, { method: 'POST', headers, body: await request.arrayBuffer() });
    const { readable, writable } = new IdentityTransformStream();
    answer.body.pipeTo(writable).catch(() => undefined);
    return new Response(readable, ownHead(answer));`,
};

/** The floors with the steps between them, and the gateway behind. */
export const STEP_CONTENDERS: readonly Contender[] = [
  FLOOR_CONTENDERS.bare,
  ...(['body', 'headers', 'response', 'pipe'] as const).map((step) => ({
    name: STEPS[step],
    start: (upstream: string) =>
      startModules([{ name: 'index.js', type: 'ESModule', contents: moduleOf(SOURCES[step]) }], {
        UPSTREAM: upstream,
      }),
    form: chatForm(),
    streams: true,
  })),
  FLOOR_CONTENDERS.least,
  MAIN,
];

function moduleOf(handler: string): Buffer<ArrayBuffer> {
  return Buffer.from(`const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-of-the-server' };
function ownHead(answer) {
  return { status: answer.status, headers: { 'content-type': answer.headers.get('content-type') ?? '' } };
}
export default {
  async fetch(request, env) {
    const { pathname, search } = new URL(request.url);
    const url = env.UPSTREAM + pathname + search;
    ${handler}
  },
};`);
}
