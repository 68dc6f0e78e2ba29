/** The gateway in each of its modes. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import * as z from 'zod';
import { startWorkerd } from '../test/support/workerd.ts';
import { type Contender, chatForm, type Form, QUESTION, TOKEN } from './contender.ts';
import type { Goal } from './result.ts';

/** What the tags of issued keys are made with here. */
const KEYS_SECRET = 'the-secret-of-the-measurements-0123456789';
const PRICES = JSON.stringify({ '*': { input: 1, output: 2, window: 100_000, max_output: 1000 } });

const addressOf = z.object({ port: z.number() });
const issued = z.object({ api_key: z.object({ value: z.string() }) });

/** The mode that the goals are set for. */
export const MAIN: Contender = nexcode('server token');

const COMPLETIONS: Form = {
  ...chatForm(),
  path: '/v1/completions',
  body: (padding) => ({ model: 'gpt-test', prompt: QUESTION + padding }),
};

const RESPONSES: Form = {
  ...chatForm(),
  path: '/v1/responses',
  body: (padding) => ({ model: 'gpt-test', input: QUESTION + padding }),
  isOwnStream: (text, mark, events) =>
    text.split(`"delta":"${mark}`).length - 1 === events &&
    text.split('"delta":').length - 1 === events &&
    text.includes('event: response.completed\n'),
};

/** A caller who wants to be able to take a stream up again; what is no stream is served as ever. */
const RESUMABLE = { 'x-nexcode-resumable': 'true' };

const ASSISTANT: Form = {
  ...chatForm(),
  body: () => ({ model: 'nexcode', messages: [{ role: 'user', content: 'How do I require a token?' }] }),
};

/** Responses made out of chat. */
export const RESPONSES_TRANSLATED: Contender = nexcode(
  'responses translated',
  { RESPONSES_MODE: 'chat' },
  RESPONSES,
);

/** The modes that make one endpoint out of another, event by event. */
const TRANSLATED: readonly Contender[] = [
  nexcode('completions translated', { COMPLETIONS_MODE: 'chat' }, COMPLETIONS),
  RESPONSES_TRANSLATED,
];

/** The ways of being known whose plain requests have the goal of the main mode. */
const CALLERS: readonly Contender[] = [
  nexcode('client key', {}, chatForm({ authorization: 'Bearer sk-of-the-caller' })),
  pageLogin('page login'),
  {
    ...nexcode('open to everybody', { API_TOKEN: '', REQUIRE_AUTH: 'false' }),
    form: { ...chatForm(), headers: {} },
    streams: false,
  },
];

/** One goal for each translation. */
export function translatedGoals(goal: Goal): Readonly<Record<string, Goal>> {
  return Object.fromEntries(TRANSLATED.map(({ name }) => [name, goal]));
}

/** One goal for the main mode and each other way of being known. */
export function callerGoals(goal: Goal): Readonly<Record<string, Goal>> {
  return Object.fromEntries([MAIN, ...CALLERS].map(({ name }) => [name, goal]));
}

/** The other modes. */
export const MODES: readonly Contender[] = [
  ...CALLERS,
  nexcode('defaults filled in', { MAX_TOKENS: '100', TEMPERATURE: '0.5' }),
  issuedKey('issued key', { durable: false }),
  // Each admission is on disk before its call is made.
  issuedKey('issued key, durable', { durable: true }),
  nexcode('ledger on', { LEDGER: 'true' }),
  // The objects are declared for every mode; here keys could be issued, and none is used.
  { ...nexcode('declared, unused', { KEYS_SECRET }), streams: false },
  nexcode('resumable streams', { RESUMABLE: 'true', STREAM_KEEP_S: '5' }, chatForm(RESUMABLE)),
  telemetryOn('telemetry on'),
  ...TRANSLATED,
  {
    ...nexcode('assistant, out of its guides', {}, ASSISTANT),
    // Without a key for api.openai.com there is no model at hand, and no upstream is asked.
    start: () => startWorkerd({ API_TOKEN: TOKEN, REQUIRE_AUTH: 'true' }),
    streams: false,
  },
];

/** Whoever has logged in on the page: its requests carry a cookie, and say that they come from the page's own origin. */
function pageLogin(name: string): Contender {
  const headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' };
  const mode = nexcode(name);
  return {
    ...mode,
    form: { ...mode.form, headers },
    streams: false,
    start: async (upstream) => {
      const running = await mode.start(upstream);
      const answer = await fetch(`${running.url}/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token: TOKEN }),
      });
      const [cookie] = answer.headers.getSetCookie();
      if (cookie === undefined) throw new Error(`The login was answered ${answer.status}.`);
      headers['cookie'] = cookie.split(';')[0] ?? '';
      return running;
    },
  };
}

/** Each call tells its spans and counts to a collector of this process, which takes whatever comes. */
function telemetryOn(name: string): Contender {
  return {
    ...nexcode(name),
    start: async (upstream) => {
      const collector = createServer((request, response) => {
        request.resume().once('end', () => response.end('{}'));
      });
      collector.listen(0, '127.0.0.1');
      await once(collector, 'listening');
      const { port } = addressOf.parse(collector.address());
      const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
      const running = await nexcode(name, settings).start(upstream);
      const close = async () => {
        await running.close();
        collector.closeAllConnections();
        collector.close();
      };
      return { ...running, close };
    },
  };
}

/** A key with every limit, so that each call asks its object for an admission and books its end. */
function issuedKey(name: string, { durable }: { readonly durable: boolean }): Contender {
  const headers: Record<string, string> = {};
  const mode = nexcode(name, { KEYS_SECRET, PRICES }, chatForm(headers));
  return {
    ...mode,
    form: { ...mode.form, headers },
    start: async (upstream) => {
      const running = await mode.start(upstream);
      const limits = { rpm: 1e9, tpm: 1e12, budget: { usd: 1e6, period: 'total' }, durable };
      const answer = await fetch(`${running.url}/v1/organization/projects/default/service_accounts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'bench', limits }),
      });
      const account = issued.parse(await answer.json());
      headers['authorization'] = `Bearer ${account.api_key.value}`;
      return running;
    },
  };
}

function nexcode(
  mode: string,
  settings: Readonly<Record<string, string>> = {},
  form = chatForm(),
): Contender {
  return {
    name: `NexCode, ${mode}`,
    start: (upstream) =>
      startWorkerd({
        OPENAI_API_BASE: `${upstream}/v1`,
        OPENAI_API_KEY: 'sk-of-the-server',
        API_TOKEN: TOKEN,
        REQUIRE_AUTH: 'true',
        ...settings,
      }),
    form,
    streams: true,
  };
}
