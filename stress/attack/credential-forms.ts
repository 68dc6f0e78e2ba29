/** What somebody without right sends as a credential, and where. */
import { createHmac } from 'node:crypto';
import { API_TOKEN, CLIENT_KEY } from '../../test/support/surface.ts';

/** Something that is not the server's token. `ownKey`: what a caller may call a key of its own. */
export interface Credential {
  readonly text: string;
  readonly ownKey: boolean;
}

const half = Math.floor(API_TOKEN.length / 2);

const STRANGE = [
  '',
  ' ',
  'x',
  'dummy',
  'undefined',
  'null',
  'true',
  '0',
  '*',
  '[object Object]',
  '{"token":true}',
  "' OR '1'='1",
  '$API_TOKEN',
  '%API_TOKEN%',
  '../../.dev.vars',
  'a'.repeat(4096),
  'a'.repeat(20_000),
  '\u0000',
  '中文',
] as const;

/** The token with something missing, more, or other: a comparison that trims, folds or decodes takes it. */
const NEARLY = [
  API_TOKEN.slice(0, -1),
  API_TOKEN.slice(1),
  API_TOKEN.slice(0, half),
  `${API_TOKEN}x`,
  `x${API_TOKEN}`,
  `${API_TOKEN}\u0000`,
  `\u0000${API_TOKEN}`,
  `${API_TOKEN.slice(0, half)}\u0000${API_TOKEN.slice(half)}`,
  API_TOKEN.toUpperCase(),
  `${API_TOKEN.charAt(0).toUpperCase()}${API_TOKEN.slice(1)}`,
  `"${API_TOKEN}"`,
  `'${API_TOKEN}'`,
  `${API_TOKEN},${API_TOKEN}`,
  `${API_TOKEN} ${API_TOKEN}`,
  `${API_TOKEN};`,
  `${API_TOKEN}%20`,
  encodeURIComponent(API_TOKEN).replaceAll('-', '%2D'),
  Buffer.from(API_TOKEN).toString('base64'),
  Buffer.from(API_TOKEN).toString('hex'),
  [...API_TOKEN].reverse().join(''),
  API_TOKEN.replace('e', '\u0435'),
  API_TOKEN.replace('-', '\u2010'),
  API_TOKEN.normalize('NFKD').replace('s', '\uff53'),
] as const;

/** What looks like a key of the caller's own, and what only nearly does. */
const KEYS = [CLIENT_KEY, 'sk-', 'sk-x', `sk-${API_TOKEN}`, 'sk-proj-a', 'sk-ant-a'] as const;
const NEARLY_KEYS = ['SK-x', ' sk', 'x-sk-x', 'sk_x', 'sk-nx-', `sk-nx-${'a'.repeat(48)}`, 'sk-a b'] as const;

/** All of them. */
export const CREDENTIALS: readonly Credential[] = [
  ...[...STRANGE, ...NEARLY, ...NEARLY_KEYS].map((text) => ({ text, ownKey: false })),
  ...KEYS.map((text) => ({ text, ownKey: true })),
];

/** What a request is made of beside its credential. */
export interface Carried {
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly query?: string;
  readonly cookie?: string;
}

/** A place for a credential. `read`: the gateway looks there, so that a caller's own key counts. */
export interface CredentialPlace {
  readonly name: string;
  readonly read: boolean;
  put(credential: string, port: string): Carried;
}

const header = (name: string, read: boolean, form = (text: string) => text): CredentialPlace => ({
  name: `${name}: ${form('…')}`,
  read,
  put: (text) => ({ headers: [[name, form(text)]] }),
});

const expires = Math.floor(Date.now() / 1000) + 86_400;

/** A login cookie that somebody made without the key that signs it. */
const cookie = (name: string, value: (text: string) => string): CredentialPlace => ({
  name: `cookie ${name}`,
  read: false,
  put: (text, port) => ({
    headers: [
      ['Sec-Fetch-Site', 'same-origin'],
      ['X-NexCode-Page', '1'],
    ],
    cookie: ['nexcode', `nexcode-${port}`, `__Host-nexcode`]
      .map((each) => `${each}=${value(text)}`)
      .join('; '),
  }),
});

/** Everything that a client, a proxy or a framework has ever called the place of a key. */
export const PLACES: readonly CredentialPlace[] = [
  header('Authorization', true, (text) => `Bearer ${text}`),
  header('authorization', true, (text) => `bEaReR \t ${text}`),
  header('Authorization', false),
  header('Authorization', false, (text) => `Basic ${Buffer.from(`user:${text}`).toString('base64')}`),
  header('Authorization', false, (text) => `Token ${text}`),
  header('Authorization', true, (text) => `Bearer Bearer ${text}`),
  header('Authorization', true, (text) => `Bearer  ,${text}`),
  header('Api-Key', true),
  header('X-Api-Key', true),
  // A comma would end the protocol's name, and with it the key.
  header(
    'Sec-WebSocket-Protocol',
    true,
    (text) => `realtime, openai-insecure-api-key.${text.replaceAll(',', '.')}`,
  ),
  header('Sec-WebSocket-Protocol', false),
  header('X-Goog-Api-Key', false),
  header('X-Auth-Token', false),
  header('X-Access-Token', false),
  header('OpenAI-Api-Key', false),
  header('Proxy-Authorization', false, (text) => `Bearer ${text}`),
  header('X-NexCode-Stop', false),
  header('X-NexCode-Credentials', false, () => 'server'),
  {
    name: 'twice',
    read: true,
    put: (text) => ({
      headers: [
        ['Authorization', 'Bearer x'],
        ['Authorization', `Bearer ${text}`],
      ],
    }),
  },
  {
    name: 'two places',
    read: true,
    put: (text) => ({
      headers: [
        ['Authorization', 'Basic eA=='],
        ['Api-Key', text],
        ['X-Api-Key', 'dummy'],
      ],
    }),
  },
  {
    name: 'query',
    read: false,
    put: (text) => ({
      query: `?api_key=${encodeURIComponent(text)}&key=${encodeURIComponent(text)}&access_token=${encodeURIComponent(text)}`,
    }),
  },
  cookie('plain', (text) => encodeURIComponent(text)),
  cookie('unsigned', () => `${expires}.token`),
  cookie('signed with a guess', (text) => {
    const value = `${expires}.token`;
    return `${value}.${encodeURIComponent(createHmac('sha256', text).update(value).digest('base64'))}`;
  }),
];

/** Headers that claim something about where a request comes from, or what it really asks for. */
export const CLAIMS: readonly (readonly (readonly [name: string, value: string])[])[] = [
  [],
  [['Host', 'localhost']],
  [
    ['X-Forwarded-For', '127.0.0.1'],
    ['X-Real-IP', '127.0.0.1'],
  ],
  [
    ['Forwarded', 'for=127.0.0.1;host=localhost'],
    ['Via', '1.1 localhost'],
  ],
  [
    ['CF-Connecting-IP', '127.0.0.1'],
    ['CF-Worker', 'nexcode'],
    ['CF-Access-Authenticated-User-Email', 'a@b.c'],
  ],
  [
    ['MF-Original-URL', 'http://localhost/v1/models'],
    ['MF-Loopback', '1'],
  ],
  [
    ['X-Original-URL', '/health'],
    ['X-Rewrite-URL', '/health'],
    ['X-HTTP-Method-Override', 'OPTIONS'],
  ],
  [
    ['Origin', 'http://localhost'],
    ['Sec-Fetch-Site', 'same-origin'],
    ['Sec-Fetch-Mode', 'cors'],
  ],
  [
    ['Origin', 'null'],
    ['Sec-Fetch-Site', 'none'],
  ],
  [
    ['Connection', 'authorization, api-key, cookie'],
    ['TE', 'trailers'],
  ],
];
