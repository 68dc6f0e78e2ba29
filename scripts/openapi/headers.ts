/** The headers of the document, from the one list of `header-rows.ts` and its texts. */
import { ANSWER_HEADERS } from '../../src/shared/contract.ts';
import { ANSWER_ROWS, REQUEST_ROWS } from '../../src/worker/upstream/header-rows.ts';
import { ANSWER_TEXTS, type HeaderText, OWN_TEXTS, REQUEST_TEXTS } from '../docs/header-texts.ts';
import type { JsonSchema } from './schema.ts';

interface Row {
  readonly names: readonly string[];
  readonly family?: { readonly shown: readonly string[] };
}

/** A header, or a family of them (`x-ratelimit-*`), as extensions of the document list it. */
interface ListedHeader {
  readonly name: string;
  readonly description: string;
  readonly 'x-description-zh': string;
  readonly fate?: string;
}

/** Those of an answer that OpenAPI names by themselves, with what each means. */
const FIXED: readonly (readonly [name: string, text: HeaderText])[] = [
  ...listed(ANSWER_ROWS, ANSWER_TEXTS).filter(([name]) => !isOwn(name) && !name.includes('*')),
  ...Object.entries(ANSWER_HEADERS).map(
    ([key, name]) => [name, OWN_TEXTS[key as keyof typeof ANSWER_HEADERS]] as const,
  ),
  ['allow', { en: 'the methods that the path takes', zh: '该路径支持的方法' }],
  ['www-authenticate', { en: 'that a token is asked for', zh: '需要令牌' }],
];

/** `components.headers`. OpenAPI ignores a header named Content-Type there: the media type says it. */
export function headerComponents(): JsonSchema {
  return Object.fromEntries(
    FIXED.filter(([name]) => name !== 'content-type').map(([name, text]) => [
      name,
      { description: text.en, 'x-description-zh': text.zh, schema: { type: 'string' } },
    ]),
  );
}

/** On every answer of the Worker. */
export const ON_EVERY_ANSWER = ['x-request-id', ANSWER_HEADERS.credentials, 'server-timing'] as const;

/** Of a successful answer that an upstream, or the assistant, gave. */
export const ON_RELAYED_ANSWERS: readonly string[] = FIXED.map(([name]) => name).filter(
  (name) => !['allow', 'www-authenticate', 'content-type'].includes(name),
);

/** `components.parameters`: the request headers that reach an upstream. */
export function headerParameters(): JsonSchema {
  return Object.fromEntries(
    FORWARDED.map(([name, text]) => [
      name,
      { name, in: 'header', description: text.en, 'x-description-zh': text.zh, schema: { type: 'string' } },
    ]),
  );
}

/** OpenAPI ignores parameters of these names: media types and security schemes say what they mean. */
const SAID_ELSEWHERE = ['accept', 'content-type', 'authorization'];

const FORWARDED = Object.entries(REQUEST_ROWS)
  .filter(([, { fate }]) => fate === 'forwarded')
  .flatMap(([key, row]) => listed({ [key]: row }, REQUEST_TEXTS))
  .filter(([name]) => !name.includes('*') && !SAID_ELSEWHERE.includes(name));

/** Their names. */
export const FORWARDED_HEADERS: readonly string[] = FORWARDED.map(([name]) => name);

/** Every request header that a row names, with what becomes of it: the extension `x-request-headers`. */
export function requestHeaderList(): readonly ListedHeader[] {
  return Object.entries(REQUEST_ROWS).flatMap(([key, row]) =>
    listed({ [key]: row }, REQUEST_TEXTS).map(([name, { en, zh }]) => ({
      name,
      fate: row.fate,
      description: en,
      'x-description-zh': zh,
    })),
  );
}

/** Every answer header, families included: the extension `x-answer-headers`. */
export function answerHeaderList(): readonly ListedHeader[] {
  const families = listed(ANSWER_ROWS, ANSWER_TEXTS).filter(([name]) => name.includes('*'));
  return [...FIXED, ...families].map(([name, { en, zh }]) => ({
    name,
    description: en,
    'x-description-zh': zh,
  }));
}

function listed(
  rows: Readonly<Record<string, Row>>,
  texts: Readonly<Record<string, HeaderText>>,
): readonly (readonly [name: string, text: HeaderText])[] {
  return Object.entries(rows).flatMap(([key, { names, family }]) =>
    [...names, ...(family?.shown ?? [])].map((name) => [name, texts[key] ?? { en: '', zh: '' }] as const),
  );
}

function isOwn(name: string): boolean {
  return Object.values<string>(ANSWER_HEADERS).includes(name);
}
