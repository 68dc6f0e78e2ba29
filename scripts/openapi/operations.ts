/**
 * Every operation of the API, one row each. WHOEVER ADDS AN ENDPOINT adds its row here, with its summary in both
 * languages; the schema of its answer stands in `own-answers.ts`, that of its body beside its route in the Worker. The
 * guides must name it too: docs/en/api.md and docs/zh/api.md, or the guides of keys.
 */
import type { ErrorCode } from '../../src/worker/http/error-codes.ts';
import { EXPORT_TYPES } from '../../src/worker/ledger/export.ts';
import {
  accountChangeSchema,
  accountSchema,
  changeSchema,
  keySchema,
} from '../../src/worker/ledger/key-forms.ts';
import {
  BUCKETS,
  COST_BUCKETS,
  GROUPS,
  repriceSchema,
  SUMMARY_BUCKETS,
  WIDTHS_S,
} from '../../src/worker/ledger/usage-query.ts';
import { loginSchema } from '../../src/worker/routes/session-form.ts';
import { PROMETHEUS_TYPE } from '../../src/worker/telemetry/prometheus.ts';
import { ERROR_GROUPS } from './errors.ts';
import { OPENAI_ANSWERS } from './openai-answers.ts';
import { OPENAI_REQUESTS } from './openai-requests.ts';
import { OWN_ANSWERS } from './own-answers.ts';
import { fromZod, type JsonSchema, schemaRef } from './schema.ts';

/** Something said in both languages. */
export interface Said {
  readonly en: string;
  readonly zh: string;
}

/** The tags, in the order of the reference. */
export const TAGS = {
  models: { en: 'Models and answers', zh: '模型与回答' },
  relay: { en: 'Everything else under /v1', zh: '/v1 下的其他路径' },
  keys: { en: 'Issued keys', zh: '签发的密钥' },
  usage: { en: 'Usage and costs', zh: '用量与费用' },
  server: { en: 'Server and login', zh: '服务器与登录' },
  pages: { en: 'Pages', zh: '页面' },
} as const satisfies Readonly<Record<string, Said>>;

/** A parameter in a query or a path. */
interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly description: string;
  readonly schema: JsonSchema;
  readonly required?: true;
}

/** What an answer without an error holds, by its media type; without any, it has no body. */
type Content = Readonly<Record<string, JsonSchema>>;

/** One operation. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  readonly id: string;
  readonly tag: keyof typeof TAGS;
  readonly summary: Said;
  readonly parameters?: readonly Parameter[];
  readonly body?: Content;
  /** By status, the answers that are no errors. */
  readonly answers: Readonly<Record<number, Content>>;
  readonly errors: readonly ErrorCode[];
  /** An upstream answers: its errors pass, and the request's headers reach it. */
  readonly isRelayed?: true;
  /** Anybody may ask. */
  readonly isOpen?: true;
  /** The files of the site answer, not the Worker. */
  readonly isFile?: true;
}

/** The schemas of the bodies that the gateway checks itself. */
export const OWN_REQUESTS = {
  Login: fromZod(loginSchema, 'input', { token: "The server's token, or a key that it has issued." }),
  AccountToMake: fromZod(accountSchema, 'input', {
    name: 'What the account, and its first key, are called in lists.',
    create_service_account_only: 'Whether no key is issued yet.',
    expires_in_seconds: 'From now on; counts before the one in `limits`.',
    limits: 'What it may do; all of it is optional.',
    'limits.models': 'Patterns of the names that may be asked for.',
    'limits.rpm': 'Requests in any 60 seconds.',
    'limits.tpm': 'Tokens in any 60 seconds.',
    'limits.budget': 'Either `usd` or `tokens`, for a period.',
    'limits.expires_in_seconds': 'From now on.',
    'limits.holds': 'Whether a call holds the most that it can cost, or an estimate.',
    'limits.durable': 'Whether each admission is on disk before it is answered.',
    'limits.stateful': 'Whether stored responses are open to the key.',
    'limits.stream_usage': 'Whether streams are asked for their usage.',
    'limits.resumable': 'Whether all streams of the key can be taken up again, asked for or not.',
  }),
  KeyToChange: fromZod(changeSchema, 'input', {
    limits: 'Absent members stay; null takes a limit away.',
  }),
  AccountToChange: fromZod(accountChangeSchema, 'input', { role: 'There is one role.' }),
  KeyToIssue: fromZod(keySchema, 'input', {
    name: 'That of the account, where it is missing.',
    limits: 'Absent members are those that the account was made with.',
    expires_in_seconds: 'From now on; counts before the one in `limits`.',
  }),
  Reprice: fromZod(repriceSchema, 'input', {
    start_time: 'Seconds since 1970.',
    end_time: 'Seconds since 1970.',
    after: 'The `last` of an earlier answer.',
  }),
} as const satisfies Readonly<Record<string, JsonSchema>>;

/** Every schema of the document but that of errors. */
export const SCHEMAS = { ...OPENAI_REQUESTS, ...OPENAI_ANSWERS, ...OWN_REQUESTS, ...OWN_ANSWERS };

type SchemaName = keyof typeof SCHEMAS;

const json = (name: SchemaName): Content => ({ 'application/json': schemaRef(name) });

/** One JSON object, or server-sent events: the schema says the data of each, as OpenAI's own document writes it. */
const jsonOrEvents = (whole: SchemaName, event: JsonSchema): Content => ({
  ...json(whole),
  'text/event-stream': event,
});

const { ALWAYS, CREDENTIALS, BODY, ROUTING, UPSTREAM, TRANSLATION } = ERROR_GROUPS;

const OF_MODELS: readonly ErrorCode[] = [...ALWAYS, ...CREDENTIALS, ...BODY, ...ROUTING, ...UPSTREAM];
/** Of a stream that can be taken up again. */
const OF_RECORDED: readonly ErrorCode[] = [
  'stream_abandoned',
  'stream_service_unavailable',
  'stream_stopped',
];
const OF_THE_ASSISTANT: readonly ErrorCode[] = ['unsupported_parameter', 'upstream_stream_cut'];

/** Without keys or a ledger, and to callers with keys of their own, these paths are the vendor's. */
const OF_OWN: readonly ErrorCode[] = [...ALWAYS, ...CREDENTIALS, ...UPSTREAM, 'method_not_allowed'];
const OF_RELAY: readonly ErrorCode[] = [...OF_MODELS, 'unreadable_model'];

const PROJECT = '/v1/organization/projects/default';

const ID: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: "The key's id, as a list names it.",
  schema: { type: 'string' },
};

const STREAM: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The name that `x-nexcode-stream` gave.',
  schema: { type: 'string' },
};

const OF_STREAMS: readonly ErrorCode[] = [
  ...ALWAYS,
  ...CREDENTIALS,
  'method_not_allowed',
  'stream_not_found',
  'stream_service_unavailable',
  'streams_disabled',
];

const STOP: Parameter = {
  name: 'stop',
  in: 'query',
  description: '`true` ends running answers too.',
  schema: { type: 'string' },
};

const LIST: readonly Parameter[] = [
  {
    name: 'limit',
    in: 'query',
    description: 'How many come at most.',
    schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
  },
  {
    name: 'after',
    in: 'query',
    description: 'The `last_id` of the page before.',
    schema: { type: 'string' },
  },
];

const SECONDS: JsonSchema = { type: 'integer', minimum: 0, maximum: 999_999_999_999 };

const SPAN = (isStartRequired: boolean): readonly Parameter[] => [
  {
    name: 'start_time',
    in: 'query',
    description: 'Seconds since 1970.',
    schema: SECONDS,
    ...(isStartRequired && { required: true }),
  },
  {
    name: 'end_time',
    in: 'query',
    description: 'Seconds since 1970; now, where it is missing.',
    schema: SECONDS,
  },
];

const names: JsonSchema = { type: 'array', items: { type: 'string' } };

const FILTERS: readonly Parameter[] = [
  { name: 'models', in: 'query', description: 'Only these models.', schema: names },
  { name: 'api_key_ids', in: 'query', description: 'Only these keys.', schema: names },
];

const usageQuery = (widths: readonly string[], most: number): readonly Parameter[] => [
  ...SPAN(true),
  {
    name: 'bucket_width',
    in: 'query',
    description: 'The width of a bucket.',
    schema: { type: 'string', enum: widths, default: '1d' },
  },
  {
    name: 'group_by',
    in: 'query',
    description: 'What the results of a bucket are told apart by.',
    schema: { type: 'array', items: { type: 'string', enum: GROUPS } },
  },
  {
    name: 'limit',
    in: 'query',
    description: `How many buckets come. The most depends on their width: ${most} for the narrowest.`,
    schema: { type: 'integer', minimum: 1, maximum: most },
  },
  {
    name: 'page',
    in: 'query',
    description: 'The `next_page` of the answer before.',
    schema: { type: 'string', pattern: '^(?:page_)?[0-9]{1,12}$' },
  },
  ...FILTERS,
];

const ANY: Content = { '*/*': {} };

const RELAYED = (['get', 'post', 'put', 'patch', 'delete'] as const).map(
  (method): Operation => ({
    method,
    path: '/v1/{path}',
    id: `relay_${method}`,
    tag: 'relay',
    summary: {
      en: 'Forwarded to the upstream unchanged: files, batches, vector stores and so on',
      zh: '原样转发给上游：文件、批处理、向量库等',
    },
    parameters: [
      {
        name: 'path',
        in: 'path',
        required: true,
        description: 'Any further path; it may hold slashes.',
        schema: { type: 'string' },
      },
    ],
    ...(method !== 'get' && method !== 'delete' && { body: ANY }),
    answers: { 200: ANY },
    errors: OF_RELAY,
    isRelayed: true,
  }),
);

/** All of them. */
export const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/chat/completions',
    id: 'createChatCompletion',
    tag: 'models',
    summary: {
      en: 'Chat, streamed or not; also the assistant `nexcode`',
      zh: '聊天，可流式输出；也用于内置助手 `nexcode`',
    },
    body: json('ChatCompletionRequest'),
    answers: { 200: jsonOrEvents('ChatCompletion', schemaRef('ChatCompletionChunk')) },
    errors: [...OF_MODELS, ...OF_THE_ASSISTANT, ...OF_RECORDED],
    isRelayed: true,
  },
  {
    method: 'get',
    path: '/v1/streams/{id}',
    id: 'readStream',
    tag: 'models',
    summary: { en: 'A recorded stream, from any byte on', zh: '读取记录的流，可从任意字节开始' },
    parameters: [
      STREAM,
      {
        name: 'starting_after',
        in: 'query',
        description: 'How many bytes have arrived; `Last-Event-ID` says the same.',
        schema: { type: 'integer', minimum: 0, default: 0 },
      },
      {
        name: 'ids',
        in: 'query',
        description: '`false` leaves out the `id:` lines that say the place of events.',
        schema: { type: 'string' },
      },
      {
        name: 'stream',
        in: 'query',
        description: '`false` says what became of it instead.',
        schema: { type: 'string' },
      },
    ],
    answers: { 200: jsonOrEvents('Stream', { type: 'string' }) },
    errors: [...OF_STREAMS, 'invalid_value', 'stream_too_long'],
  },
  {
    method: 'delete',
    path: '/v1/streams/{id}',
    id: 'stopStream',
    tag: 'models',
    summary: { en: 'Stops a recorded stream for all its readers', zh: '停止一个记录的流，所有读者都会收到' },
    parameters: [STREAM],
    answers: { 200: json('Stream') },
    errors: OF_STREAMS,
  },
  {
    method: 'post',
    path: '/v1/completions',
    id: 'createCompletion',
    tag: 'models',
    summary: { en: 'Text completions, for every model', zh: '文本补全，所有模型可用' },
    body: json('CompletionRequest'),
    answers: { 200: jsonOrEvents('Completion', schemaRef('Completion')) },
    errors: [...OF_MODELS, ...OF_THE_ASSISTANT, ...TRANSLATION],
    isRelayed: true,
  },
  {
    method: 'post',
    path: '/v1/responses',
    id: 'createResponse',
    tag: 'models',
    summary: { en: 'The Responses API, for every model', zh: 'Responses API，所有模型可用' },
    body: json('ResponseRequest'),
    answers: {
      200: jsonOrEvents('Response', {
        type: 'object',
        description: 'An event with a name, the last of them `response.completed`.',
      }),
    },
    errors: [
      ...OF_MODELS,
      ...OF_THE_ASSISTANT,
      ...OF_RECORDED,
      ...TRANSLATION,
      'endpoint_not_found',
      'previous_response_not_found',
    ],
    isRelayed: true,
  },
  {
    method: 'get',
    path: '/v1/responses/{id}',
    id: 'getResponse',
    tag: 'models',
    summary: { en: 'A stored response of the upstream', zh: '上游存储的回答' },
    parameters: [{ ...ID, description: "The response's id." }],
    answers: { 200: json('Response') },
    errors: OF_RELAY,
    isRelayed: true,
  },
  {
    method: 'get',
    path: '/v1/models',
    id: 'listModels',
    tag: 'models',
    summary: { en: 'The models that can be named', zh: '可以使用的模型列表' },
    answers: { 200: json('ModelList') },
    errors: [...ALWAYS, ...CREDENTIALS, ...UPSTREAM],
    isRelayed: true,
  },
  {
    method: 'get',
    path: '/v1/models/{id}',
    id: 'getModel',
    tag: 'models',
    summary: { en: 'One model', zh: '单个模型' },
    parameters: [{ ...ID, description: "The model's name; it may hold slashes." }],
    answers: { 200: json('Model') },
    errors: [...ALWAYS, ...CREDENTIALS, ...UPSTREAM, 'model_not_found'],
    isRelayed: true,
  },
  {
    method: 'post',
    path: '/v1/embeddings',
    id: 'createEmbeddings',
    tag: 'models',
    summary: { en: 'Embeddings', zh: '嵌入向量' },
    body: json('EmbeddingRequest'),
    answers: { 200: json('EmbeddingList') },
    errors: OF_RELAY,
    isRelayed: true,
  },
  {
    method: 'post',
    path: '/v1/moderations',
    id: 'createModeration',
    tag: 'models',
    summary: { en: 'Moderation', zh: '内容审核' },
    body: json('ModerationRequest'),
    answers: { 200: json('Moderations') },
    errors: OF_RELAY,
    isRelayed: true,
  },
  {
    method: 'post',
    path: '/v1/images/generations',
    id: 'createImage',
    tag: 'models',
    summary: { en: 'Pictures', zh: '生成图片' },
    body: json('ImageRequest'),
    answers: { 200: jsonOrEvents('Images', { type: 'object', description: 'An unfinished picture.' }) },
    errors: OF_RELAY,
    isRelayed: true,
  },
  {
    method: 'post',
    path: '/v1/audio/speech',
    id: 'createSpeech',
    tag: 'models',
    summary: { en: 'Text to speech', zh: '语音合成' },
    body: json('SpeechRequest'),
    answers: { 200: ANY },
    errors: OF_RELAY,
    isRelayed: true,
  },
  {
    method: 'post',
    path: '/v1/audio/transcriptions',
    id: 'createTranscription',
    tag: 'models',
    summary: { en: 'Speech to text', zh: '语音识别' },
    body: { 'multipart/form-data': schemaRef('TranscriptionRequest') },
    answers: { 200: { ...json('Transcription'), 'text/plain': { type: 'string' } } },
    errors: OF_RELAY,
    isRelayed: true,
  },
  {
    method: 'get',
    path: '/v1/realtime',
    id: 'openRealtime',
    tag: 'models',
    summary: { en: 'The realtime WebSocket', zh: '实时 WebSocket' },
    parameters: [
      {
        name: 'model',
        in: 'query',
        description: 'The model, which decides the upstream.',
        schema: { type: 'string' },
      },
    ],
    answers: { 101: {} },
    errors: [...OF_RELAY, 'upgrade_not_supported'],
    isRelayed: true,
  },
  ...RELAYED,
  {
    method: 'get',
    path: '/v1/key',
    id: 'getOwnKey',
    tag: 'keys',
    summary: { en: 'What a key is, its limits and what is left of them', zh: '密钥自身的信息、限额与余量' },
    answers: { 200: json('OwnKey') },
    errors: OF_OWN,
  },
  {
    method: 'post',
    path: `${PROJECT}/service_accounts`,
    id: 'makeServiceAccount',
    tag: 'keys',
    summary: { en: 'Makes a service account and issues its first key', zh: '创建服务账户并签发第一个密钥' },
    body: json('AccountToMake'),
    answers: { 200: json('NewServiceAccount') },
    errors: [...OF_OWN, ...BODY, 'keys_disabled'],
  },
  {
    method: 'get',
    path: `${PROJECT}/service_accounts`,
    id: 'listServiceAccounts',
    tag: 'keys',
    summary: { en: 'Lists service accounts', zh: '列出服务账户' },
    parameters: LIST,
    answers: { 200: json('ServiceAccountList') },
    errors: [...OF_OWN, 'invalid_value'],
  },
  {
    method: 'get',
    path: `${PROJECT}/service_accounts/{id}`,
    id: 'getServiceAccount',
    tag: 'keys',
    summary: { en: 'One service account', zh: '单个服务账户' },
    parameters: [ID],
    answers: { 200: json('ServiceAccount') },
    errors: [...OF_OWN, 'key_not_found', 'service_account_not_found'],
  },
  {
    method: 'delete',
    path: `${PROJECT}/service_accounts/{id}`,
    id: 'deleteServiceAccount',
    tag: 'keys',
    summary: {
      en: 'Ends a service account and revokes all its keys',
      zh: '删除服务账户，并吊销它的全部密钥',
    },
    parameters: [ID, STOP],
    answers: { 200: json('ServiceAccountDeleted') },
    errors: [...OF_OWN, 'key_not_found', 'service_account_not_found'],
  },
  {
    method: 'post',
    path: `${PROJECT}/service_accounts/{id}`,
    id: 'changeServiceAccount',
    tag: 'keys',
    summary: { en: 'Changes the name of a service account', zh: '修改服务账户的名称' },
    parameters: [ID],
    body: json('AccountToChange'),
    answers: { 200: json('ServiceAccount') },
    errors: [...OF_OWN, ...BODY, 'key_not_found', 'service_account_not_found'],
  },
  {
    method: 'post',
    path: `${PROJECT}/service_accounts/{id}/api_keys`,
    id: 'issueKey',
    tag: 'keys',
    summary: { en: 'Issues a further key of a service account', zh: '为服务账户再签发一个密钥' },
    parameters: [ID],
    body: json('KeyToIssue'),
    answers: { 200: json('IssuedKey') },
    errors: [
      ...OF_OWN,
      ...BODY,
      'key_not_found',
      'keys_disabled',
      'service_account_not_found',
      'too_many_keys',
    ],
  },
  {
    method: 'get',
    path: `${PROJECT}/api_keys`,
    id: 'listKeys',
    tag: 'keys',
    summary: { en: 'Lists keys with their limits and what is left', zh: '列出密钥及其限额和余量' },
    parameters: [
      ...LIST,
      {
        name: 'owner_project_access',
        in: 'query',
        description: 'Only keys that hold, or only revoked ones.',
        schema: { type: 'string', enum: ['active', 'inactive', 'any'], default: 'any' },
      },
    ],
    answers: { 200: json('ProjectKeyList') },
    errors: [...OF_OWN, 'invalid_value'],
  },
  {
    method: 'get',
    path: `${PROJECT}/api_keys/{id}`,
    id: 'getKey',
    tag: 'keys',
    summary: { en: 'One key', zh: '单个密钥' },
    parameters: [ID],
    answers: { 200: json('ProjectKey') },
    errors: [...OF_OWN, 'key_not_found'],
  },
  {
    method: 'post',
    path: `${PROJECT}/api_keys/{id}`,
    id: 'changeKey',
    tag: 'keys',
    summary: { en: 'Changes the name or the limits of a key', zh: '修改密钥的名称或限额' },
    parameters: [ID],
    body: json('KeyToChange'),
    answers: { 200: json('ProjectKey') },
    errors: [...OF_OWN, ...BODY, 'key_not_found'],
  },
  {
    method: 'delete',
    path: `${PROJECT}/api_keys/{id}`,
    id: 'revokeKey',
    tag: 'keys',
    summary: { en: 'Revokes a key; its rows stay', zh: '吊销密钥，账目保留' },
    parameters: [ID, STOP],
    answers: { 200: json('ProjectKeyDeleted') },
    errors: [...OF_OWN, 'key_not_found'],
  },
  {
    method: 'get',
    path: '/v1/organization/usage/{kind}',
    id: 'getUsage',
    tag: 'usage',
    summary: { en: 'Usage of one kind, in buckets of time', zh: '某一类用量，按时间分段' },
    parameters: [
      {
        name: 'kind',
        in: 'path',
        required: true,
        description:
          '`completions`, `embeddings`, `moderations`, `images`, `audio_speeches` or `audio_transcriptions`.',
        schema: { type: 'string', pattern: '^[a-z_]+$' },
      },
      ...usageQuery(Object.keys(WIDTHS_S), BUCKETS['1m'][1]),
    ],
    answers: { 200: json('UsagePage') },
    errors: [...OF_OWN, 'invalid_value'],
  },
  {
    method: 'get',
    path: '/v1/organization/costs',
    id: 'getCosts',
    tag: 'usage',
    summary: { en: 'Costs by day', zh: '每日费用' },
    parameters: usageQuery(['1d'], COST_BUCKETS[1]),
    answers: { 200: json('CostsPage') },
    errors: [...OF_OWN, 'invalid_value'],
  },
  {
    method: 'get',
    path: '/v1/usage/summary',
    id: 'summarizeUsage',
    tag: 'usage',
    summary: { en: 'A period at one look: by time, model and key', zh: '一段时间的汇总：按时间、模型和密钥' },
    parameters: [
      ...SPAN(true),
      {
        name: 'bucket_width',
        in: 'query',
        description: `The width of the lines of \`by_time\`. A period has at most ${SUMMARY_BUCKETS['1d']} days or ${SUMMARY_BUCKETS['1h']} hours.`,
        schema: { type: 'string', enum: Object.keys(SUMMARY_BUCKETS), default: '1d' },
      },
      ...FILTERS,
    ],
    answers: { 200: json('UsageSummary') },
    errors: [...OF_OWN, 'invalid_value'],
  },
  {
    method: 'get',
    path: '/v1/usage/export',
    id: 'exportUsage',
    tag: 'usage',
    summary: { en: 'Every row of the ledger, as CSV or JSON', zh: '导出全部账目，CSV 或 JSON' },
    parameters: [
      {
        name: 'format',
        in: 'query',
        description: 'The form.',
        schema: { type: 'string', enum: Object.keys(EXPORT_TYPES), default: 'csv' },
      },
      ...SPAN(false),
      {
        name: 'after',
        in: 'query',
        description: 'The `cursor` of the last row that came.',
        schema: { type: 'string' },
      },
    ],
    answers: {
      200: {
        [EXPORT_TYPES.csv]: { type: 'string', description: 'A line of names, then a line for each row.' },
        [EXPORT_TYPES.json]: {
          type: 'object',
          properties: {
            object: { type: 'string', const: 'list' },
            data: { type: 'array', items: schemaRef('ExportRow') },
          },
          required: ['object', 'data'],
        },
        [EXPORT_TYPES.ndjson]: { type: 'string', description: 'An ExportRow a line.' },
      },
    },
    errors: [...OF_OWN, 'invalid_value'],
  },
  {
    method: 'post',
    path: '/v1/usage/reprice',
    id: 'repriceUsage',
    tag: 'usage',
    summary: { en: 'Prices rows that had no price', zh: '为没有价格的账目补上价格' },
    body: json('Reprice'),
    answers: { 200: json('Repriced') },
    errors: [...OF_OWN, ...BODY, 'invalid_value'],
  },
  {
    method: 'get',
    path: '/health',
    id: 'getHealth',
    tag: 'server',
    summary: { en: 'Whether the gateway runs, and what is configured', zh: '网关是否正常，以及配置概况' },
    parameters: [
      {
        name: 'deep',
        in: 'query',
        description: "`1` asks the upstreams too, and needs the server's credentials.",
        schema: { type: 'string' },
      },
    ],
    answers: { 200: json('Health'), 500: json('Health'), 503: json('Health') },
    errors: [...ALWAYS, ...CREDENTIALS, 'method_not_allowed'],
    isOpen: true,
  },
  {
    method: 'get',
    path: '/metrics',
    id: 'getMetrics',
    tag: 'server',
    summary: {
      en: 'Metrics for Prometheus, on a server of your own',
      zh: '供 Prometheus 读取的指标（自行部署的服务器）',
    },
    answers: { 200: { [PROMETHEUS_TYPE]: { type: 'string' } } },
    errors: [...ALWAYS, ...CREDENTIALS, 'method_not_allowed', 'unknown_url'],
  },
  {
    method: 'get',
    path: '/session',
    id: 'getSession',
    tag: 'server',
    summary: { en: 'What the page needs to know before it asks anything', zh: '页面启动前需要知道的信息' },
    answers: { 200: json('Session') },
    errors: [...ALWAYS, 'key_service_unavailable', 'method_not_allowed'],
    isOpen: true,
  },
  {
    method: 'post',
    path: '/session',
    id: 'logIn',
    tag: 'server',
    summary: { en: 'Logs the chat page in', zh: '聊天页面登录' },
    body: json('Login'),
    answers: { 204: {} },
    errors: [
      ...ALWAYS,
      ...BODY,
      'api_key_expired',
      'cross_origin_refused',
      'invalid_api_key',
      'key_service_unavailable',
      'login_unavailable',
      'rate_limit_exceeded',
    ],
    isOpen: true,
  },
  {
    method: 'delete',
    path: '/session',
    id: 'logOut',
    tag: 'server',
    summary: { en: 'Logs the chat page out', zh: '聊天页面退出登录' },
    answers: { 204: {} },
    errors: [...ALWAYS, 'cross_origin_refused'],
    isOpen: true,
  },
  {
    method: 'get',
    path: '/openapi.json',
    id: 'getDocument',
    tag: 'pages',
    summary: { en: 'This document', zh: '本 OpenAPI 文档' },
    answers: { 200: { 'application/json': { type: 'object' } }, 304: {} },
    errors: [],
    isOpen: true,
    isFile: true,
  },
  ...(
    [
      ['/', 'getPage', { en: 'The chat page', zh: '聊天页面' }],
      ['/usage', 'getUsagePage', { en: 'The page of usage, budgets and keys', zh: '用量、预算和密钥页面' }],
      ['/docs/en', 'getGuides', { en: 'The guides in English', zh: '英文文档' }],
      ['/docs/zh', 'getChineseGuides', { en: 'The guides in Chinese', zh: '中文文档' }],
      ['/docs/api-reference', 'getReference', { en: 'This document as a page', zh: '本文档的网页版' }],
    ] as const
  ).map(
    ([path, id, summary]): Operation => ({
      method: 'get',
      path,
      id,
      tag: 'pages',
      summary,
      answers: { 200: { 'text/html': { type: 'string' } }, 304: {}, 307: {} },
      errors: [],
      isOpen: true,
      isFile: true,
    }),
  ),
];
