/**
 * Raw requests of callers who may not spend the server's key: every form of a credential in every place, for every kind
 * of endpoint, before every setting that decides who pays. Whatever reaches the upstream must carry the caller's own key.
 */
import type { GatewaySettings } from '../../test/support/gateway.ts';
import { startGateway } from '../../test/support/gateway.ts';
import { requestBytes } from '../../test/support/http.ts';
import { KEYS_SECRET } from '../../test/support/keys.ts';
import { API_TOKEN, CHAT_BODY, SERVER_KEY } from '../../test/support/surface.ts';
import { type RecordedRequest, startUpstream } from '../../test/support/upstream.ts';
import { startWorkerd } from '../../test/support/workerd.ts';
import { answerAnything } from '../fuzz/upstream.ts';
import { inTime } from '../in-time.ts';
import {
  type Attack,
  answersTo,
  BreachError,
  eachOf,
  HANG_MS,
  requireQuiet,
  requireServed,
} from './attack.ts';
import { type Carried, CLAIMS, CREDENTIALS, PLACES } from './credential-forms.ts';

/** The key of an upstream of UPSTREAMS. */
const OTHER_KEY = 'sk-other-Hd5-of-the-operator';

/** One way of deciding who pays, under which no attempt has a right to the server's keys. */
interface Setting {
  readonly name: string;
  readonly settings: GatewaySettings;
  /** Whether a caller's own key may be forwarded. */
  readonly takesKeys: boolean;
  /** Whether there is a token, with which the server is asked after all attempts. */
  readonly hasToken: boolean;
  /** What every attempt says, because the server is open to those who do not. */
  readonly always?: readonly (readonly [name: string, value: string])[];
}

const BASE = { OPENAI_API_KEY: SERVER_KEY, API_TOKEN } as const;

const SETTINGS: readonly Setting[] = [
  { name: 'closed', settings: { ...BASE, REQUIRE_AUTH: 'true' }, takesKeys: true, hasToken: true },
  {
    // Open by default is only a server that nobody but this machine reaches.
    name: 'closed by default',
    settings: { ...BASE, LOCAL_SERVER: 'false' },
    takesKeys: true,
    hasToken: true,
  },
  {
    name: 'no keys of callers',
    settings: { ...BASE, REQUIRE_AUTH: 'true', ALLOW_CLIENT_KEYS: 'false' },
    takesKeys: false,
    hasToken: true,
  },
  {
    name: 'keys of another form',
    settings: { ...BASE, REQUIRE_AUTH: 'true', CLIENT_KEY_PATTERN: '^team_[a-z]+$' },
    takesKeys: false,
    hasToken: true,
  },
  {
    name: 'a token that is not set',
    settings: { OPENAI_API_KEY: SERVER_KEY, REQUIRE_AUTH: 'true' },
    takesKeys: true,
    hasToken: false,
  },
  {
    name: 'an empty token',
    settings: { OPENAI_API_KEY: SERVER_KEY, API_TOKEN: '', REQUIRE_AUTH: 'true' },
    takesKeys: true,
    hasToken: false,
  },
  {
    name: 'settings that make no sense',
    settings: { OPENAI_API_KEY: SERVER_KEY, REQUIRE_AUTH: 'perhaps' },
    takesKeys: false,
    hasToken: false,
  },
  {
    name: 'issued keys',
    settings: { ...BASE, REQUIRE_AUTH: 'true', KEYS_SECRET, LEDGER: 'true' },
    takesKeys: true,
    hasToken: true,
  },
  {
    name: 'administration allowed',
    settings: { ...BASE, REQUIRE_AUTH: 'true', ALLOW_ADMIN_PATHS: 'true' },
    takesKeys: true,
    hasToken: true,
  },
  {
    name: 'behind a proxy',
    settings: { ...BASE, LOCAL_SERVER: 'true', SELF_HOSTED: 'true' },
    takesKeys: true,
    hasToken: true,
    always: [['X-Forwarded-Proto', 'https']],
  },
  {
    name: 'open, from another website',
    settings: { ...BASE, REQUIRE_AUTH: 'false' },
    takesKeys: true,
    hasToken: true,
    always: [['Origin', 'https://evil.example']],
  },
  {
    name: 'open, under another host',
    settings: { ...BASE, LOCAL_SERVER: 'true', SELF_HOSTED: 'true', REQUIRE_AUTH: 'false' },
    takesKeys: false,
    hasToken: true,
    always: [['Host', 'evil.example']],
  },
];

/** What is asked for: each kind of endpoint, and what spends without being asked for an answer. */
const ASKS = [
  ['POST', '/v1/chat/completions', CHAT_BODY],
  ['POST', '/v1/chat/completions', '{"model":"nexcode","messages":[{"role":"user","content":"hi"}]}'],
  ['POST', '/v1/chat/completions', '{"model":"other/m","messages":[]}'],
  ['POST', '/v1/completions', '{"model":"m","prompt":"x"}'],
  ['POST', '/v1/responses', '{"model":"m","input":"x"}'],
  ['POST', '/v1/embeddings', '{"model":"other-m","input":"x"}'],
  ['POST', '/v1/audio/speech', '{"model":"m","input":"x"}'],
  ['POST', '/v1/files', 'x'],
  ['DELETE', '/v1/models/ft:m', undefined],
  ['GET', '/v1/models', undefined],
  ['GET', '/v1/models/m', undefined],
  ['GET', '/v1/realtime?model=m', undefined],
  ['GET', '/health?deep=1', undefined],
  ['GET', '/v1/organization/users', undefined],
  ['POST', '/v1/organization/projects/default/service_accounts', '{"name":"x"}'],
  ['GET', '/v1/usage/export', undefined],
  ['GET', '/v1/usage/summary?start_time=1', undefined],
  ['POST', '/%76%31//chat/../chat/completions', CHAT_BODY],
] as const;

/** One request of somebody without right. */
interface Attempt {
  readonly name: string;
  readonly bytes: Buffer;
  /** The key that may go upstream in it. */
  readonly ownKey: string | undefined;
}

const WIDTH = 8;

/** The quick form makes one of so many attempts in each setting, others in the next. */
const QUICK_SHARE = 4;

/** The attack, in bare workerd; the whole of it under Miniflare too. */
export const spending: Attack = {
  name: 'spending',
  run: async ({ quick }) => {
    const runtimes = quick ? [startWorkerd] : [startWorkerd, startGateway];
    let attempts = 0;
    let forwarded = 0;
    for (const [turn, setting] of SETTINGS.entries()) {
      for (const start of runtimes) {
        const met = await spendUnder(setting, start, turn, quick);
        attempts += met.attempts;
        forwarded += met.forwarded;
      }
    }
    return {
      attempts,
      seen: `${SETTINGS.length} settings, 0 of the server's keys spent, ${forwarded} calls with keys of callers' own`,
    };
  },
};

async function spendUnder(
  setting: Setting,
  start: typeof startWorkerd | typeof startGateway,
  turn: number,
  quick: boolean,
) {
  await using upstream = await startUpstream();
  upstream.always(answerAnything);
  await using server = await start({
    OPENAI_API_BASE: upstream.base,
    OTHER_KEY,
    UPSTREAMS: { other: { base: upstream.base, models: ['other-*'], key: 'OTHER_KEY' } },
    MODELS: { alias: 'other/m' },
    ...setting.settings,
  });
  const { host, port } = new URL(server.url);
  const attempts = attemptsUnder(setting, host, port, quick ? turn : undefined);
  await eachOf(attempts, WIDTH, async ({ name, bytes }) => {
    await inTime(answersTo(server.url, bytes), HANG_MS, `${setting.name}: ${name} was never answered.`);
  });
  for (const { request } of upstream.exchanges) {
    const id = Number(request.head.header('x-title'));
    const wrong = wrongCall(request, attempts[id], setting);
    if (wrong !== undefined) {
      throw new BreachError(`${setting.name}: ${wrong}\n${attempts[id]?.name ?? request.head.startLine}`);
    }
  }
  const forwarded = upstream.exchanges.length;
  if (setting.hasToken) {
    await requireServed(server.url, setting.name);
    const paid = upstream.exchanges.at(-1)?.request.head.header('authorization');
    if (paid !== `Bearer ${SERVER_KEY}`) throw new BreachError(`${setting.name}: the token spends nothing.`);
  }
  requireQuiet(
    server.log.filter((line) => !isRouterFailure(line)),
    setting.name,
  );
  return { attempts: attempts.length, forwarded };
}

/** What Miniflare's own router prints where it can make no address of a request: nothing of ours runs then. */
function isRouterFailure(line: string): boolean {
  return /Invalid URL string|Fetch API cannot load/.test(line);
}

/**
 * All attempts of a setting; in the quick form a share of the forms and places, each of which asks for one endpoint and makes
 * one claim.
 */
function attemptsUnder(
  { always = [], takesKeys }: Setting,
  host: string,
  port: string,
  turn?: number,
): Attempt[] {
  const attempts: Attempt[] = [];
  for (const [nth, place] of PLACES.entries()) {
    for (const [at, { text, ownKey }] of CREDENTIALS.entries()) {
      if (turn !== undefined && (nth + at + turn) % QUICK_SHARE !== 0) continue;
      const carried = place.put(text, port);
      const first = nth * CREDENTIALS.length + at + (turn ?? 0) * 7;
      const asks = turn === undefined ? ASKS : [ASKS[first % ASKS.length] ?? ASKS[0]];
      for (const [nextClaim, ask] of asks.entries()) {
        const claims = CLAIMS[(first + nextClaim) % CLAIMS.length] ?? [];
        const headers = [['X-Title', String(attempts.length)] as const, ...distinct([...always, ...claims])];
        attempts.push({
          name: `${ask[0]} ${ask[1]}, ${place.name}, ${JSON.stringify(text.slice(0, 60))}, ${JSON.stringify(claims)}`,
          bytes: bytesOf(ask, carried, headers, host),
          ownKey: takesKeys && place.read && ownKey ? text : undefined,
        });
      }
    }
  }
  return attempts;
}

function bytesOf(
  [method, path, body]: (typeof ASKS)[number],
  { headers = [], query = '', cookie }: Carried,
  more: readonly (readonly [string, string])[],
  host: string,
): Buffer {
  const all = [
    ...more,
    ...headers,
    ...(cookie === undefined ? [] : [['Cookie', cookie] as const]),
    ...(path.startsWith('/v1/realtime')
      ? ([
          ['Upgrade', 'websocket'],
          ['Connection', 'Upgrade'],
          ['Sec-WebSocket-Version', '13'],
          ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
        ] as const)
      : []),
    ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]),
  ];
  const target = query === '' ? path : `${path}${path.includes('?') ? query.replace('?', '&') : query}`;
  return requestBytes(method, host, {
    path: target,
    headers: all.map(([name, value]) => [name, inBytes(value)] as const),
    ...(body !== undefined && { body }),
  });
}

/** The UTF-8 bytes of a text, each as a character: what is written byte by byte. */
function inBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** The first of each name: what the setting says stands before what is claimed. */
function distinct(headers: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const names = headers.map(([name]) => name.toLowerCase());
  return headers.filter(([name], at) => names.indexOf(name.toLowerCase()) === at);
}

/** What is wrong with a call that reached the upstream; undefined where the caller's own key paid for it. */
function wrongCall(
  { head }: RecordedRequest,
  attempt: Attempt | undefined,
  { takesKeys }: Setting,
): string | undefined {
  const whole = head.rawHeaders.map(([, value]) => value).join('\n');
  if (attempt === undefined) return 'a call that nobody asked for.';
  if (whole.includes(SERVER_KEY) || whole.includes(OTHER_KEY)) return "the server's key was spent.";
  if (!takesKeys) return 'a call was made for nobody.';
  if (attempt.ownKey === undefined) return 'a call was made for what is no key.';
  const paid = head.header('authorization');
  return paid === `Bearer ${attempt.ownKey}` ? undefined : `the call was paid by ${paid}.`;
}
