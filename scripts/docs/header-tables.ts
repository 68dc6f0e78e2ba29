/** The tables of headers in the API reference, from the one list of `header-rows.ts`. */
import { ANSWER_HEADERS } from '../../src/shared/contract.ts';
import { ANSWER_ROWS, REQUEST_ROWS } from '../../src/worker/upstream/header-rows.ts';
import { ANSWER_TEXTS, type HeaderText, OWN_TEXTS, REQUEST_TEXTS } from './header-texts.ts';

type Language = 'en' | 'zh';

interface Row {
  readonly names: readonly string[];
  readonly family?: { readonly shown: readonly string[] };
}

const REQUEST_HEADINGS = { en: '| Request header | What becomes of it |', zh: '| 请求头 | 处理方式 |' };
const ANSWER_HEADINGS = { en: '| Header | Meaning |', zh: '| 响应头 | 含义 |' };

/** What becomes of a request's headers, in Markdown. */
export function requestTable(language: Language): string {
  return table(REQUEST_HEADINGS[language], REQUEST_ROWS, REQUEST_TEXTS, language);
}

/** Which headers an answer has, in Markdown; those of the gateway's own have a table beside this one. */
export function answerTable(language: Language): string {
  const { own: _, ...rows } = ANSWER_ROWS;
  return table(ANSWER_HEADINGS[language], rows, ANSWER_TEXTS, language);
}

/** The gateway's own headers, in Markdown. */
export function ownTable(language: Language): string {
  const keys = Object.keys(OWN_TEXTS) as (keyof typeof ANSWER_HEADERS)[];
  const rows = Object.fromEntries(keys.map((key) => [key, { names: [ANSWER_HEADERS[key]] }]));
  return table(ANSWER_HEADINGS[language], rows, OWN_TEXTS, language);
}

function table(
  heading: string,
  rows: Readonly<Record<string, Row>>,
  texts: Readonly<Record<string, HeaderText>>,
  language: Language,
): string {
  const comma = language === 'en' ? ', ' : '、';
  const lines = Object.entries(rows).map(([key, { names, family }]) => {
    const shown = [...names, ...(family?.shown ?? [])].map((name) => `\`${name}\``).join(comma);
    return `| ${shown} | ${texts[key]?.[language] ?? ''} |`;
  });
  return [heading, '|---|---|', ...lines].join('\n');
}
