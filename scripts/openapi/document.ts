/** The OpenAPI document (https://spec.openapis.org/oas/v3.1.1), made from the table of operations. */
import { STATUS_CODES } from 'node:http';
import { ERROR_STATUSES, type ErrorCode } from '../../src/worker/http/error-codes.ts';
import {
  answerHeaderList,
  FORWARDED_HEADERS,
  headerComponents,
  headerParameters,
  ON_EVERY_ANSWER,
  ON_RELAYED_ANSWERS,
  requestHeaderList,
} from './headers.ts';
import { OPERATIONS, type Operation, SCHEMAS, TAGS } from './operations.ts';
import { type JsonSchema, schemaRef } from './schema.ts';

/** An object of the document. */
type Part = Readonly<Record<string, unknown>>;

/** Codes that come from upstreams alone, and pass. */
export const UPSTREAM_CODES = ['context_length_exceeded'] as const;

const ERROR: JsonSchema = {
  type: 'object',
  description: "OpenAI's error envelope. An upstream's own errors in this form pass as they are.",
  properties: {
    error: {
      type: 'object',
      properties: {
        message: { type: 'string', description: 'What happened and what to do.' },
        type: { type: ['string', 'null'], description: '`invalid_request_error`, `server_error` and so on.' },
        param: { type: ['string', 'null'], description: 'The parameter that is meant.' },
        code: {
          type: ['string', 'integer', 'null'],
          description: 'A code of the list below, or one of the upstream’s own.',
          examples: [...Object.keys(ERROR_STATUSES), ...UPSTREAM_CODES],
        },
      },
      required: ['message'],
      additionalProperties: true,
    },
  },
  required: ['error'],
  additionalProperties: true,
};

/** Makes the document. @param version the gateway's. */
export function openApiDocument(version: string): Part {
  return {
    openapi: '3.1.1',
    info: {
      title: 'NexCode',
      version,
      summary: 'An OpenAI-compatible API and a chat page at the edge.',
      'x-summary-zh': '兼容 OpenAI 的 API 与聊天页面，运行在边缘。',
      description:
        'Bodies of OpenAI’s endpoints list the members that are known; any other member is forwarded too. Upstreams answer with their own statuses and members beside those that stand here.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The server that this document was fetched from' }],
    tags: Object.entries(TAGS).map(([name, { en, zh }]) => ({
      name,
      description: en,
      'x-description-zh': zh,
    })),
    security: [{ bearer: [] }, { apiKey: [] }, { xApiKey: [] }, { session: [] }, {}],
    paths: paths(),
    components: {
      schemas: { ...SCHEMAS, Error: ERROR },
      headers: headerComponents(),
      parameters: headerParameters(),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: "The server's token (API_TOKEN), an issued key (`sk-nx-`), or a key of your own.",
        },
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'api-key',
          description: 'The same, as Azure clients send it.',
        },
        xApiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-api-key',
          description: 'The same, as Anthropic clients send it.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'nexcode',
          description:
            "The chat page's login; it counts for the page alone. Over https its name is `__Host-nexcode`, on another port than the usual `nexcode-PORT`.",
        },
      },
    },
    'x-request-headers': requestHeaderList(),
    'x-answer-headers': answerHeaderList(),
    'x-error-codes': Object.entries(ERROR_STATUSES).map(([code, statuses]) => ({ code, statuses })),
  };
}

function paths(): Part {
  const byPath = new Map<string, Record<string, Part>>();
  for (const operation of OPERATIONS) {
    const methods = byPath.get(operation.path) ?? {};
    methods[operation.method] = operationObject(operation);
    byPath.set(operation.path, methods);
  }
  return Object.fromEntries(byPath);
}

function operationObject(operation: Operation): Part {
  const { id, tag, summary, parameters = [], body, isRelayed, isOpen } = operation;
  const forwarded = isRelayed
    ? FORWARDED_HEADERS.map((name) => ({ $ref: `#/components/parameters/${name}` }))
    : [];
  const all = [...parameters, ...forwarded];
  return {
    operationId: id,
    tags: [tag],
    summary: summary.en,
    'x-summary-zh': summary.zh,
    ...(isOpen && { security: [] }),
    ...(all.length > 0 && { parameters: all }),
    ...(body !== undefined && { requestBody: { required: !('*/*' in body), content: content(body) } }),
    responses: responses(operation),
  };
}

function responses({ path, answers, errors, isRelayed, isFile }: Operation): Part {
  const always = isFile ? [] : ON_EVERY_ANSWER;
  const found: Record<string, Part> = {};
  for (const [status, held] of Object.entries(answers)) {
    found[status] = {
      description: STATUS_CODES[status] ?? status,
      ...headersOf(isRelayed && status === '200' ? ON_RELAYED_ANSWERS : always),
      ...(Object.keys(held).length > 0 && { content: content(held) }),
    };
  }
  for (const [status, codes] of byStatus(path.includes('{') ? [...errors, 'unknown_url'] : errors)) {
    const before = found[status];
    const listed = codes.map((code) => `\`${code}\``).join(', ');
    found[status] = {
      description: `${STATUS_CODES[status] ?? status}: ${listed}`,
      ...headersOf([...always, ...headersOfError(Number(status))]),
      content:
        before === undefined
          ? { 'application/json': { schema: schemaRef('Error') } }
          : { 'application/json': { schema: { anyOf: [schemaOf(before), schemaRef('Error')] } } },
      'x-error-codes': codes,
    };
  }
  if (isFile) found['405'] = { description: 'Any method but GET and HEAD; the answer has no body' };
  if (isRelayed) {
    found['default'] = {
      description: "Any other answer of the upstream's, which passes as it is; its errors in OpenAI's form",
      content: { '*/*': {} },
    };
  }
  return found;
}

/** Every code of an operation under each status that it is answered with, both in order. */
function byStatus(errors: readonly ErrorCode[]): readonly (readonly [status: string, codes: ErrorCode[]])[] {
  const found = new Map<number, Set<ErrorCode>>();
  for (const code of errors) {
    for (const status of ERROR_STATUSES[code]) found.set(status, (found.get(status) ?? new Set()).add(code));
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([status, codes]) => [String(status), [...codes].sort()] as const);
}

/** What a client of the gateway's refusals reads beside the body. */
function headersOfError(status: number): readonly string[] {
  if (status === 401) return ['www-authenticate'];
  if (status === 405) return ['allow'];
  if (status === 429) return ['retry-after', 'retry-after-ms', 'x-should-retry'];
  return status >= 500 ? ['retry-after', 'x-should-retry'] : [];
}

function headersOf(names: readonly string[]): Part {
  if (names.length === 0) return {};
  return {
    headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
  };
}

function content(byType: Readonly<Record<string, JsonSchema>>): Part {
  return Object.fromEntries(
    Object.entries(byType).map(([type, schema]) => [
      type,
      Object.keys(schema).length === 0 ? {} : { schema },
    ]),
  );
}

function schemaOf({ content: held }: Part): unknown {
  return (held as Readonly<Record<string, { readonly schema: unknown }>>)['application/json']?.schema;
}
