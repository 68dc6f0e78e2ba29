/** The readable form of the OpenAPI document: one static page in both languages, made from the document alone. */
import * as z from 'zod';
import { htmlPage } from '../docs/page.ts';
import { escapeHtml } from '../docs/render-guide.ts';

const said = { description: z.string().optional(), 'x-description-zh': z.string().optional() };

interface Schema {
  readonly type?: string | readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly $ref?: string | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Schema | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
}

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.looseObject({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    description: z.string().optional(),
    $ref: z.string().optional(),
    properties: z.record(z.string(), schema).optional(),
    required: z.array(z.string()).optional(),
    items: schema.optional(),
    anyOf: z.array(schema).optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
  }),
);

const content = z.record(z.string(), z.looseObject({ schema: schema.optional() })).optional();

const operation = z.looseObject({
  operationId: z.string(),
  tags: z.array(z.string()).min(1),
  summary: z.string(),
  'x-summary-zh': z.string(),
  parameters: z
    .array(
      z.union([
        z.object({ $ref: z.string() }),
        z.looseObject({
          name: z.string(),
          in: z.string(),
          required: z.boolean().optional(),
          description: z.string(),
          schema,
        }),
      ]),
    )
    .optional(),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(
    z.string(),
    z.looseObject({
      description: z.string(),
      headers: z.record(z.string(), z.unknown()).optional(),
      content,
    }),
  ),
});

type Operation = z.output<typeof operation>;

const documentForm = z.looseObject({
  info: z.looseObject({ summary: z.string(), 'x-summary-zh': z.string(), version: z.string() }),
  tags: z.array(z.object({ name: z.string(), description: z.string(), 'x-description-zh': z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), schema) }),
  'x-request-headers': z.array(z.object({ name: z.string(), fate: z.string(), ...said })),
  'x-answer-headers': z.array(z.object({ name: z.string(), ...said })),
  'x-error-codes': z.array(z.object({ code: z.string(), statuses: z.array(z.number()) })),
});

/** The page. Throws where the document lacks what the page shows. */
export function referencePage(document: unknown): string {
  const { info, tags, paths, components, ...rest } = documentForm.parse(document);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => ({ path, method, each })),
  );
  const sections = tags.map((tag) => ({
    ...tag,
    operations: operations.filter(({ each }) => each.tags[0] === tag.name),
  }));
  const contents = sections.flatMap((tag) => [
    `<li class="level-2"><a href="#tag-${tag.name}">${both(tag.description, tag['x-description-zh'])}</a></li>`,
    ...tag.operations.map(
      ({ path, method, each }) =>
        `<li class="level-3"><a href="#${each.operationId}">${method.toUpperCase()} ${escapeHtml(path)}</a></li>`,
    ),
  ]);
  const lists = [
    ['schemas', 'Schemas', '数据结构'],
    ['request-headers', 'Request headers', '请求头'],
    ['answer-headers', 'Response headers', '响应头'],
    ['error-codes', 'Error codes', '错误码'],
  ] as const;
  const [schemas, requests, answers, codes] = lists.map(
    ([id, en, zh]) => `<h2 id="${id}"><a href="#${id}">${both(en, zh)}</a></h2>`,
  );
  return htmlPage({
    language: 'en',
    title: 'API reference',
    skip: 'Skip to the text',
    head: '<link rel="alternate" type="application/json" href="/openapi.json">',
    header: `<a class="home" href="/docs/en/">NexCode</a>
<nav aria-label="Guides">
<a href="/docs/en/api">API guide</a>
<a href="/docs/zh/api" lang="zh-CN" hreflang="zh-CN">API 指南</a>
<a href="/openapi.json">openapi.json</a>
</nav>
<a href="/">Chat</a>`,
    body: `<nav class="contents" aria-label="On this page"><p>On this page</p><ul>
${contents.join('\n')}
${lists.map(([id, en, zh]) => `<li class="level-2"><a href="#${id}">${both(en, zh)}</a></li>`).join('\n')}
</ul></nav>
<main id="text">
<h1>${both('API reference', 'API 参考')}</h1>
<p>${both(info.summary, info['x-summary-zh'])}</p>
<p>${escapeHtml(info.version)} · <a href="/openapi.json">openapi.json</a></p>
${sections
  .map(
    (
      tag,
    ) => `<h2 id="tag-${tag.name}"><a href="#tag-${tag.name}">${both(tag.description, tag['x-description-zh'])}</a></h2>
${tag.operations.map(operationHtml).join('\n')}`,
  )
  .join('\n')}
${schemas}
${Object.entries(components.schemas)
  .map(([name, each]) => schemaHtml(name, each))
  .join('\n')}
${requests}
${table(
  ['Header', 'Fate', ''],
  rest['x-request-headers'].map(({ name, fate, ...of }) => [code(name), fate, describedHtml(of)]),
)}
${answers}
${table(
  ['Header', ''],
  rest['x-answer-headers'].map(({ name, ...of }) => [code(name), describedHtml(of)]),
)}
${codes}
${table(
  ['Code', 'Status'],
  rest['x-error-codes'].map(({ code: name, statuses }) => [code(name), statuses.join(', ')]),
)}
</main>`,
  });
}

function operationHtml({ path, method, each }: { path: string; method: string; each: Operation }): string {
  const parameters = (each.parameters ?? []).flatMap((parameter) =>
    'name' in parameter && typeof parameter.name === 'string'
      ? [
          [
            code(parameter.name),
            `${parameter.in}${parameter.required ? ', required' : ''}`,
            typeHtml(parameter.schema),
            inline(parameter.description),
          ],
        ]
      : [],
  );
  const forwarded = (each.parameters ?? []).some((parameter) => '$ref' in parameter);
  const answers = Object.entries(each.responses).map(([status, { description, content: held }]) => [
    code(status),
    inline(description),
    contentHtml(held),
  ]);
  return `<h3 id="${each.operationId}"><a href="#${each.operationId}"><code>${method.toUpperCase()} ${escapeHtml(path)}</code></a></h3>
<p>${inline(each.summary)}</p>
<p lang="zh-CN">${inline(each['x-summary-zh'])}</p>
${parameters.length === 0 ? '' : table(['Parameter', 'In', 'Type', ''], parameters)}${
  forwarded
    ? `<p>${both('Its headers reach the upstream as listed below.', '请求头按下表转发给上游。')} <a href="#request-headers">#</a></p>\n`
    : ''
}${each.requestBody === undefined ? '' : `<p>${both('Body:', '请求体：')} ${contentHtml(each.requestBody.content)}</p>\n`}${table(['Status', '', 'Content'], answers)}`;
}

function contentHtml(held: z.output<typeof content>): string {
  return Object.entries(held ?? {})
    .map(([type, { schema: of }]) => `${code(type)}${of === undefined ? '' : ` ${typeHtml(of)}`}`)
    .join('<br>');
}

function schemaHtml(name: string, of: Schema): string {
  const rows = rowsOf(of, '');
  return `<h3 id="schema-${name}"><a href="#schema-${name}"><code>${name}</code></a></h3>
${of.description === undefined ? '' : `<p>${inline(of.description)}</p>\n`}${rows.length === 0 ? '' : table(['Member', 'Type', ''], rows)}`;
}

/** A row for each member, those of objects inside it included. */
function rowsOf(of: Schema, path: string): string[][] {
  return [of, ...(of.anyOf ?? [])].flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).flatMap(([name, each]) => [
      [
        code(`${path}${name}`),
        `${typeHtml(each)}${required.includes(name) ? ', required' : ''}`,
        inline(each.description ?? ''),
      ],
      ...rowsOf(each, `${path}${name}.`),
      ...(each.items === undefined ? [] : rowsOf(each.items, `${path}${name}[].`)),
    ]),
  );
}

function typeHtml(of: Schema): string {
  if (of.$ref !== undefined) {
    const name = of.$ref.slice(of.$ref.lastIndexOf('/') + 1);
    return `<a href="#schema-${name}">${name}</a>`;
  }
  if (of.const !== undefined) return code(JSON.stringify(of.const));
  if (of.enum !== undefined) return of.enum.map((value) => code(String(value))).join(' | ');
  if (of.anyOf !== undefined) return of.anyOf.map(typeHtml).join(' | ');
  const items =
    of.items === undefined || Object.keys(of.items).length === 0 ? '' : ` of ${typeHtml(of.items)}`;
  return `${escapeHtml([of.type ?? 'any'].flat().join(' | '))}${items}`;
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<div class="table" tabindex="0"><table><thead>${row(headings, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('\n')}</tbody></table></div>`;
}

function describedHtml({
  description = '',
  'x-description-zh': zh = '',
}: { [Name in keyof typeof said]?: string | undefined }): string {
  return both(description, zh);
}

/** Both languages, the second marked as Chinese. */
function both(en: string, zh: string): string {
  return `${inline(en)} <span lang="zh-CN">${inline(zh)}</span>`;
}

function code(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}

/** A sentence whose names stand between back quotes. */
function inline(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}
