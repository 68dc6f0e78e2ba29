/** The OpenAPI document and the guides say the same: every path, status, code and header of one stands in the other. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { UPSTREAM_CODES } from '../../../scripts/openapi/document.ts';
import { lintOpenApi } from '../../../scripts/openapi/lint.ts';
import { referencePage } from '../../../scripts/openapi/reference-page.ts';
import { projectDocument } from '../../../scripts/openapi/write-openapi.ts';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';
import { ERROR_STATUSES } from '../../../src/worker/http/error-codes.ts';

const form = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        summary: z.string(),
        'x-summary-zh': z.string(),
        responses: z.record(z.string(), z.looseObject({ 'x-error-codes': z.array(z.string()).optional() })),
      }),
    ),
  ),
  'x-request-headers': z.array(z.object({ name: z.string() }).loose()),
  'x-answer-headers': z.array(z.object({ name: z.string() }).loose()),
});

const HOW_TO_ADD =
  'An endpoint needs a row in scripts/openapi/operations.ts and a place in docs/en and docs/zh (api.md, or keys.md for keys and usage).';

let document: z.output<typeof form>;
beforeAll(async () => {
  document = form.parse(await projectDocument(PROJECT_ROOT));
});

/** What the document names, as `METHOD /path`. */
function operations(): string[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

async function guide(language: string, ...names: readonly string[]): Promise<string> {
  const texts = names.map((name) => readFile(join(PROJECT_ROOT, 'docs', language, `${name}.md`), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}

/** The paths of a text between back quotes, and in the addresses of its curl commands, each under its methods. */
function namedIn(text: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const add = (path: string, ...methods: readonly string[]) =>
    found.set(path, new Set([...(found.get(path) ?? []), ...methods]));
  let row: readonly string[] = [];
  for (const [, methods = '', path = ''] of text.matchAll(
    /(?:`((?:(?:GET|POST|PUT|PATCH|DELETE)(?:`[、,] ?`| )?)+) ?)?`?(\/(?:v1|health|session|metrics|docs|openapi)\/?[\w./{}*-]*)(?:\?[^`"]*)?[`"]/g,
  )) {
    row = methods.match(/[A-Z]+/g) ?? [];
    add(path, ...row);
  }
  for (const [, method, path = ''] of text.matchAll(/\b(GET|POST|DELETE) (\/[\w./{}-]+)/g))
    add(path, method ?? '');
  for (const [, path = ''] of text.matchAll(/curl [^\n]*http:\/\/localhost:8000(\/[\w./-]*)/g)) add(path);
  return found;
}

/** Whether a path that a guide names is one of the document: a value may stand for a parameter. */
function isThere(named: string, paths: readonly string[]): boolean {
  if (['/v1', '/v1/', '/v1/*'].includes(named)) return true;
  return paths.some((path) => {
    const pattern = path
      .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
      .replace('/v1/{path}', '/v1/(?!organization|usage|key)[^/]+(?:/.+)?')
      .replace(/\{\w+\}/g, '[^/]+');
    return new RegExp(`^${pattern}/?$`).test(named);
  });
}

describe.each(['en', 'zh'])('the document and the guides in %s', (language) => {
  test('name the same paths', async () => {
    const text = await guide(language, 'api', 'keys');
    const named = namedIn(text);
    expect(named.size).toBeGreaterThan(15);
    const paths = Object.keys(document.paths);
    const unknown = [...named.keys()].filter((path) => !isThere(path, paths));
    expect(unknown, `Named in the guides, and missing in the document. ${HOW_TO_ADD}`).toEqual([]);
    const untold = paths.filter(
      (path) => path !== '/v1/{path}' && !text.includes(path.replace(/\/\{kind\}$/, '/')),
    );
    expect(untold, `Missing in docs/${language}. ${HOW_TO_ADD}`).toEqual([]);
  });

  test('name the same methods', async () => {
    const named = namedIn(await guide(language, 'api', 'keys'));
    const there = operations();
    const wrong = [...named].flatMap(([path, methods]) =>
      [...methods]
        .filter((method) => path in document.paths && !there.includes(`${method} ${path}`))
        .map((method) => `${method} ${path}`),
    );
    expect(wrong, HOW_TO_ADD).toEqual([]);
  });

  test('name the same codes, each under the same statuses', async () => {
    const text = await guide(language, 'troubleshooting');
    const sections = text.split(/^## /m).slice(1);
    const told = new Map<string, readonly number[]>();
    for (const section of sections) {
      const heading = section.slice(0, section.indexOf('\n'));
      const statuses = /(?:Status|状态(?:码)?) ?(\d{3})(?:(?: and |、| 与 | 和 )(\d{3}))?/.exec(section);
      for (const [code] of heading.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g)) {
        told.set(code, statuses?.slice(1).filter(Boolean).map(Number) ?? []);
      }
    }
    const own = Object.entries(ERROR_STATUSES);
    expect([...told.keys()].sort()).toEqual([...own.map(([code]) => code), ...UPSTREAM_CODES].sort());
    for (const [code, statuses] of own) {
      const said = told.get(code) ?? [];
      if (said.length > 0) expect([code, said]).toEqual([code, expect.arrayContaining([...statuses])]);
    }
    const pairs = [
      ...(await guide(language, 'api', 'keys')).matchAll(/\b([45]\d\d) `([a-z]+(?:_[a-z]+)+)`/g),
    ];
    expect(pairs.length).toBeGreaterThan(8);
    const known: Readonly<Record<string, readonly number[]>> = ERROR_STATUSES;
    for (const [, status, code = ''] of pairs) expect([code, known[code]]).toEqual([code, [Number(status)]]);
  });

  test('name the same statuses', async () => {
    const text = await guide(language, 'api', 'keys', 'troubleshooting');
    const there = new Set(
      Object.values(document.paths)
        .flatMap((methods) => Object.values(methods))
        .flatMap(({ responses }) => Object.keys(responses)),
    );
    const told = [
      ...text.matchAll(/(?<![\d,.`:"/=-])\b([1-5]\d\d)\b(?![\d,.%]|\)| ?(?:MiB|KiB|MB|s|ms)\b)/g),
    ].map(([, status = '']) => status);
    // An upstream's own, which no row of the document names: it answers as `default`.
    const upstreams = ['409', '501'];
    const unknown = [...new Set(told)].filter((status) => !there.has(status));
    expect(unknown.filter((status) => !upstreams.includes(status))).toEqual([]);
    const untold = [...there].filter((status) => /^[2-5]/.test(status) && !told.includes(status));
    expect(untold.filter((status) => status !== '204')).toEqual([]);
  });

  test('name the same headers', async () => {
    const text = await guide(language, 'api');
    const rows = [...text.matchAll(/^\| ((?:`[\w*-]+`(?:, |、)?)+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([\w*-]+)`/g)].map(([, name = '']) => name),
    );
    const listed = [...document['x-request-headers'], ...document['x-answer-headers']].map(
      ({ name }) => name,
    );
    const parameters = ['messages', 'model', 'stream', 'max_tokens', 'max_completion_tokens', 'temperature'];
    const named = rows.filter((name) => !parameters.includes(name));
    const untold = ['allow', 'www-authenticate'];
    expect([...new Set(named)].sort()).toEqual(
      [...new Set(listed)].filter((name) => !untold.includes(name)).sort(),
    );
  });
});

test('every code stands at an operation, and under its statuses', () => {
  const found = new Map<string, Set<number>>();
  for (const { responses } of Object.values(document.paths).flatMap((each) => Object.values(each))) {
    for (const [status, { 'x-error-codes': codes = [] }] of Object.entries(responses)) {
      for (const code of codes) found.set(code, (found.get(code) ?? new Set()).add(Number(status)));
    }
  }
  expect(Object.fromEntries([...found].map(([code, statuses]) => [code, [...statuses].sort()]))).toEqual(
    Object.fromEntries(Object.entries(ERROR_STATUSES).map(([code, statuses]) => [code, [...statuses]])),
  );
});

test('the document follows the strict rules', async () => {
  expect(await lintOpenApi(PROJECT_ROOT)).toEqual([]);
});

test('the page shows every operation in both languages, without any script or inline style', () => {
  const html = referencePage(document);
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { summary, 'x-summary-zh': zh }] of Object.entries(methods)) {
      expect(html).toContain(`<code>${method.toUpperCase()} ${path}</code>`);
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(summary).not.toMatch(/\p{Script=Han}/u);
      expect(html).toContain(zh.replace(/`([^`]+)`/g, '<code>$1</code>'));
    }
  }
  expect(html).not.toMatch(/<script|style=|javascript:|https?:\/\/(?!platform\.openai\.com)[^"]*"/);
});
