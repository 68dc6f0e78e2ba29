/**
 * The table of settings, one row each: its kind, and what its value is called in `Settings`. Schema, types, the names of
 * secrets, and the tables of the guides are made from it (`npm run docs` writes those).
 */
import * as z from 'zod/mini';
import {
  apiKey,
  automatic,
  baseUrl,
  boolean,
  headerPatterns,
  hosts,
  keyHeader,
  keysSecret,
  modelName,
  numberLiteral,
  origins,
  pattern,
  serverToken,
  timeLimitMs,
  timeZone,
  translationMode,
  wholeNumber,
} from './kinds.ts';
import { LinearPattern } from './linear-pattern.ts';
import { endpointUrl, metricsExporters, pairs, samplerName, tracesExporter } from './telemetry.ts';
import { OPENAI_BASE } from './upstream.ts';

const MEBIBYTE = 1024 * 1024;

/**
 * `kind` checks a value and has the default. `as` is the member of `Settings`; a row without one goes into something
 * larger. `secret`: never in a file of the repository. `internal`: said by the launcher, never by the operator.
 */
export const SETTING_ROWS = {
  OPENAI_API_BASE: { kind: z._default(baseUrl, OPENAI_BASE), as: 'base' },
  OPENAI_API_KEY: { kind: z.optional(apiKey), as: 'key', secret: true },
  OPENAI_API_AUTH: { kind: z.optional(keyHeader) },
  OPENAI_MODEL: { kind: z._default(modelName, 'gpt-4.1-mini'), as: 'model' },
  MAX_TOKENS: { kind: z.optional(wholeNumber(1, 10_000_000)), as: 'maxTokens' },
  TEMPERATURE: { kind: z.optional(numberLiteral(0, 2)), as: 'temperature' },
  SOLUTION_TEMPERATURE: { kind: z._default(numberLiteral(0, 2), '0.3'), as: 'solutionTemperature' },
  API_TOKEN: { kind: z.optional(serverToken), as: 'apiToken', secret: true },
  KEYS_SECRET: { kind: z.optional(keysSecret), secret: true },
  KEYS_SECRET_OLD: { kind: z.optional(keysSecret), secret: true },
  LEDGER: { kind: z._default(boolean, false), as: 'ledger' },
  PRICES: { kind: z.optional(z.unknown()) },
  BUDGET_TIMEZONE: { kind: z._default(timeZone, 'UTC'), as: 'budgetTimezone' },
  HOLD_SECONDS: { kind: z._default(wholeNumber(1, 86_400), 900), as: 'holdSeconds' },
  LEDGER_DAYS: { kind: z._default(wholeNumber(1, 36_500), 400), as: 'ledgerDays' },
  RESUMABLE: { kind: z._default(boolean, false), as: 'resumable' },
  RESUMABLE_MAX: { kind: z._default(wholeNumber(1, 4096), 256), as: 'resumableMax' },
  STREAM_KEEP_S: { kind: z._default(wholeNumber(1, 86_400), 600), as: 'streamKeepSeconds' },
  STREAM_ORPHAN_S: { kind: z._default(wholeNumber(1, 86_400), 600), as: 'streamOrphanSeconds' },
  REQUIRE_AUTH: { kind: z.optional(boolean) },
  ALLOW_CLIENT_KEYS: { kind: z.optional(boolean) },
  CLIENT_KEY_PATTERN: { kind: z._default(pattern, new LinearPattern('^sk-')), as: 'clientKeyPattern' },
  CORS_ORIGINS: { kind: z._default(origins, []), as: 'corsOrigins' },
  PUBLIC_HOSTS: { kind: z._default(hosts, []), as: 'publicHosts' },
  ALLOW_ADMIN_PATHS: { kind: z._default(boolean, false), as: 'allowAdminPaths' },
  KNOWLEDGE_FOR_CLIENT_KEYS: { kind: z._default(boolean, false), as: 'knowledgeForClientKeys' },
  COMPLETIONS_MODE: { kind: z._default(translationMode, 'auto') },
  COMPLETIONS_MAX_PROMPTS: { kind: z._default(wholeNumber(1, 2048), 32), as: 'completionsMaxPrompts' },
  RESPONSES_MODE: { kind: z._default(translationMode, 'auto') },
  REASONING_BACK: { kind: z._default(automatic, 'auto') },
  MAX_BODY_BYTES: { kind: z._default(wholeNumber(1024, 512 * MEBIBYTE), 20 * MEBIBYTE), as: 'maxBodyBytes' },
  BODIES_BYTES: { kind: z._default(wholeNumber(1024, 4096 * MEBIBYTE), 64 * MEBIBYTE), as: 'bodiesBytes' },
  BODY_MS: { kind: z._default(wholeNumber(100, 3_600_000), 60_000), as: 'bodyMs' },
  UPSTREAM_HEADERS_MS: { kind: z.optional(timeLimitMs) },
  UPSTREAM_CONNECT_MS: { kind: z._default(timeLimitMs, 30_000) },
  UPSTREAM_FIRST_CONTENT_MS: { kind: z._default(timeLimitMs, 120_000) },
  UPSTREAM_IDLE_MS: { kind: z._default(timeLimitMs, 0) },
  RETRY_SAME_TARGET_MS: { kind: z._default(timeLimitMs, 2000), as: 'retrySameTargetMs' },
  LIST_WAIT_MS: { kind: z._default(timeLimitMs, 300_000), as: 'listWaitMs' },
  FORWARD_HEADERS: { kind: z._default(headerPatterns, []) },
  SHUTDOWN_GRACE_MS: { kind: z._default(wholeNumber(0, 3_600_000), 8000), as: 'shutdownGraceMs' },
  UPSTREAMS: { kind: z.optional(z.unknown()) },
  MODELS: { kind: z.optional(z.unknown()) },
  OTEL_EXPORTER_OTLP_ENDPOINT: { kind: z.optional(endpointUrl) },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: { kind: z.optional(endpointUrl) },
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: { kind: z.optional(endpointUrl) },
  OTEL_EXPORTER_OTLP_HEADERS: { kind: z._default(pairs, {}), secret: true },
  OTEL_EXPORTER_OTLP_TIMEOUT: { kind: z._default(wholeNumber(1, 60_000), 10_000) },
  OTEL_BSP_SCHEDULE_DELAY: { kind: z._default(wholeNumber(0, 20_000), 1000) },
  OTEL_SERVICE_NAME: { kind: z.optional(modelName) },
  OTEL_RESOURCE_ATTRIBUTES: { kind: z._default(pairs, {}) },
  OTEL_TRACES_SAMPLER: { kind: z._default(samplerName, 'parentbased_always_on') },
  OTEL_TRACES_SAMPLER_ARG: { kind: z._default(numberLiteral(0, 1), '1') },
  OTEL_TRACES_EXPORTER: { kind: z._default(tracesExporter, 'otlp') },
  OTEL_METRICS_EXPORTER: { kind: z._default(metricsExporters, ['otlp']) },
  OTEL_SDK_DISABLED: { kind: z._default(boolean, false) },
  DEBUG: { kind: z._default(boolean, false), as: 'debug' },
  LOCAL_SERVER: { kind: z._default(boolean, false), as: 'localServer', internal: true },
  SELF_HOSTED: { kind: z._default(boolean, false), as: 'selfHosted', internal: true },
  STOP_SECRET: { kind: z.optional(apiKey), as: 'stopSecret', internal: true },
} as const;

type Rows = typeof SETTING_ROWS;

/** The name of a setting that is a binding of the Worker. */
export type SettingName = keyof Rows;

/** Names of settings that the operator can say: those of the table, and the launcher's own. */
export type DocumentedName =
  | { [Name in SettingName]: Rows[Name] extends { readonly internal: true } ? never : Name }[SettingName]
  | 'HOST'
  | 'PORT'
  | 'STATE_DIR';

/** What the guides say of a setting. No part of the Worker: nothing there reads it, so the bundle leaves it out. */
export interface SettingText {
  /** The default as the guides show it. */
  readonly shown: string | { readonly en: string; readonly zh: string };
  readonly en: string;
  readonly zh: string;
  /** One of the few that most people set: it stands in the README too. */
  readonly common?: true;
  /** A line of `.dev.vars.example`, with a comment above it. */
  readonly example?: { readonly value: string; readonly comment: readonly string[] };
}

const NONE = { en: 'none', zh: '无' };
const UNSET = { en: 'unset', zh: '未设置' };
const OFF = { en: '0 (off)', zh: '0（关闭）' };

/** Literals alone: a call in here would keep the texts in the Worker's bundle. */
export const SETTING_TEXTS: Readonly<Record<DocumentedName, SettingText>> = {
  OPENAI_API_BASE: {
    shown: OPENAI_BASE,
    en: "the upstream's address; `/v1` is added only to one without any path",
    zh: '上游地址；只有完全没有路径时才会补上 `/v1`',
    common: true,
    example: {
      value: OPENAI_BASE,
      comment: ['Any OpenAI-compatible upstream, for example Ollama: http://127.0.0.1:11434/v1'],
    },
  },
  OPENAI_API_KEY: {
    shown: NONE,
    en: "the server's key (secret); upstreams that need none (Ollama, vLLM, llama.cpp) work without",
    zh: '服务器的密钥（机密）；不需要密钥的上游（Ollama、vLLM、llama.cpp）可以不填',
    common: true,
    example: {
      value: '',
      comment: ["The server's key for its upstream. Without it, every caller brings a key of their own."],
    },
  },
  OPENAI_API_AUTH: {
    shown: { en: "the vendor's way, else bearer", zh: '按厂商要求，否则 bearer' },
    en: 'how the upstream takes its key: `bearer`, or the name of a header such as `x-api-key`',
    zh: '上游接收密钥的方式：`bearer`，或请求头名称，例如 `x-api-key`',
  },
  OPENAI_MODEL: {
    shown: 'gpt-4.1-mini',
    en: "the model where a request names none; also the assistant's (`nexcode` itself: the assistant then quotes its guides)",
    zh: '请求没有指定模型时使用，助手也用它（填 `nexcode` 时由助手直接引用文档回答）',
    common: true,
    example: { value: 'gpt-4.1-mini', comment: ['The model used where a request names none.'] },
  },
  MAX_TOKENS: {
    shown: UNSET,
    en: "longest answer, filled in where a request paid with the server's key names none; the assistant uses 1500",
    zh: '回答的最大长度；使用服务器密钥的请求没有指定时补上，助手默认 1500',
  },
  TEMPERATURE: { shown: UNSET, en: 'likewise', zh: '同上' },
  SOLUTION_TEMPERATURE: { shown: '0.3', en: "the assistant's temperature", zh: '助手的温度' },
  API_TOKEN: {
    shown: NONE,
    en: "the server's own token (secret), at least 20 characters",
    zh: '服务器自己的令牌（机密），至少 20 个字符',
    common: true,
    example: {
      value: '',
      comment: [
        "The server's own token: who sends it may use the server's key. At least 20 characters. To make one:",
        '  node -p "crypto.randomBytes(24).toString(\'base64url\')"',
      ],
    },
  },
  KEYS_SECRET: {
    shown: NONE,
    en: 'switches issued keys on (secret, at least 32 characters); `npm start` makes one in its state folder where `API_TOKEN` is set. A new value revokes every issued key',
    zh: '启用签发密钥（机密，至少 32 个字符）；设置了 `API_TOKEN` 时，`npm start` 会在状态目录中自动生成。更换后，所有已签发的密钥立即失效',
  },
  KEYS_SECRET_OLD: {
    shown: NONE,
    en: 'the previous `KEYS_SECRET`, accepted beside it while keys change over (secret)',
    zh: '更换期间同时接受的旧 `KEYS_SECRET`（机密）',
  },
  LEDGER: {
    shown: 'false',
    en: 'whether calls with the token, a login or no token get a row each in the ledger; calls with issued keys always do',
    zh: '是否记录使用令牌、登录和免令牌的调用；使用签发密钥的调用总会记录',
  },
  PRICES: {
    shown: NONE,
    en: 'prices and sizes of models, by patterns of their names: a table of `wrangler.local.toml`, or the same as JSON text',
    zh: '模型的价格和上下文大小，按名称模式：`wrangler.local.toml` 的表，或同样内容的 JSON 文本',
  },
  BUDGET_TIMEZONE: {
    shown: 'UTC',
    en: 'the time zone in which the days, weeks and months of budgets begin',
    zh: '预算的日、周、月按哪个时区起算',
  },
  HOLD_SECONDS: {
    shown: '900',
    en: 'how long a call that was never settled keeps its hold, in seconds; then it is booked at the whole hold',
    zh: '一直没有结算的调用占用预算的时限（秒），到期后按全额入账',
  },
  LEDGER_DAYS: {
    shown: '400',
    en: 'how long rows of the ledger are kept, in days',
    zh: '账目保留的天数',
  },
  RESUMABLE: {
    shown: {
      en: 'false; true for `npm start` on a loopback address',
      zh: 'false；`npm start` 监听本机回环地址时为 true',
    },
    en: 'whether streams can be taken up again by callers who ask for it: their text is then kept until `STREAM_KEEP_S` after their end',
    zh: '是否允许调用者要求流可以断线续传：其文本会保留到结束后 `STREAM_KEEP_S` 秒',
  },
  RESUMABLE_MAX: {
    shown: '256',
    en: 'how many such streams one caller may have under way at a time; further ones are served without',
    zh: '同一调用者同时进行的可续传流上限，超出的照常回答但不能续传',
  },
  STREAM_KEEP_S: {
    shown: '600',
    en: 'how long such a stream is kept after its end, in seconds',
    zh: '这样的流结束后保留多久（秒）',
  },
  STREAM_ORPHAN_S: {
    shown: '600',
    en: 'how long such a stream goes on while nobody reads it, in seconds',
    zh: '没有人读取时，这样的流还继续多久（秒）',
  },
  REQUIRE_AUTH: {
    shown: UNSET,
    en: '`true` or `false`: whether a token or key is required. Unset: not on a loopback address without `PUBLIC_HOSTS`, nor where there is nothing to spend',
    zh: '`true` 或 `false`：是否要求令牌或密钥。不设置时，仅在本机回环地址且未设 `PUBLIC_HOSTS`，或没有任何会产生费用的密钥时不要求',
    common: true,
  },
  ALLOW_CLIENT_KEYS: {
    shown: UNSET,
    en: 'whether callers may use keys of their own. Unset: yes, but not where a token is required, the server holds no key, and the default upstream is not a vendor known to check keys (Ollama, vLLM, llama.cpp take any)',
    zh: '调用者能否使用自己的密钥。不设置时允许；但如果要求令牌、服务器没有密钥，而默认上游又不是已知会校验密钥的厂商（Ollama、vLLM、llama.cpp 什么密钥都接受），则不允许',
  },
  CLIENT_KEY_PATTERN: {
    shown: '`^sk-`',
    en: 'what such a key looks like: a regular expression, without look-arounds, back references and word boundaries; longer keys than 4096 characters are none',
    zh: '识别自带密钥的正则表达式，不能含环视、反向引用和单词边界；超过 4096 个字符的不算密钥',
  },
  CORS_ORIGINS: {
    shown: NONE,
    en: "websites whose pages may use the server's credentials, comma-separated",
    zh: '可以使用服务器凭据的网站，逗号分隔',
  },
  PUBLIC_HOSTS: {
    shown: NONE,
    en: 'host names under which the server may be reached, comma-separated; set, it answers to these and to loopback names alone, wherever it runs',
    zh: '允许访问服务器的主机名，逗号分隔；设置后，无论运行在哪里，都只响应这些名称和本机回环名称',
  },
  ALLOW_ADMIN_PATHS: {
    shown: 'false',
    en: 'whether organization and project administration is relayed',
    zh: '是否转发组织与项目管理接口',
  },
  KNOWLEDGE_FOR_CLIENT_KEYS: {
    shown: 'false',
    en: 'whether callers with keys of their own are answered out of `knowledge/` too',
    zh: '自带密钥的调用者是否也能得到 `knowledge/` 里的内容',
  },
  COMPLETIONS_MODE: {
    shown: 'auto',
    en: '`auto`, `native` or `chat`: how legacy completions are served',
    zh: '旧版补全的处理方式：`auto`、`native` 或 `chat`',
  },
  COMPLETIONS_MAX_PROMPTS: {
    shown: '32',
    en: 'the most prompts of one legacy request',
    zh: '一次旧版补全最多几条提示词',
  },
  RESPONSES_MODE: {
    shown: 'auto',
    en: '`auto`, `native` or `chat`: how the Responses API is served',
    zh: 'Responses API 的处理方式：`auto`、`native` 或 `chat`',
  },
  REASONING_BACK: {
    shown: 'auto',
    en: '`auto`, `true` or `false`: whether translated responses give a model its earlier reasoning back as `reasoning_content`',
    zh: '翻译 Responses 请求时，是否把模型先前的思考以 `reasoning_content` 传回给它：`auto`、`true` 或 `false`',
  },
  MAX_BODY_BYTES: {
    shown: '20971520',
    en: 'the largest body that the gateway reads: chat and text completions, responses, JSON of routed paths; others are streamed',
    zh: '网关读取的请求体上限：聊天、文本补全、Responses，以及按模型路由的 JSON 请求；其他请求体边收边转',
  },
  BODIES_BYTES: {
    shown: '67108864',
    en: 'what all such bodies over 64 KiB may hold in memory together; callers with keys of their own and the open door may fill half of it',
    zh: '超过 64 KiB 的请求体同时占用内存的总量上限；自带密钥和免令牌的调用者最多占一半',
  },
  BODY_MS: {
    shown: '60000',
    en: 'how long a body may take to arrive, in milliseconds; 30 s more for each MB of it',
    zh: '接收一个请求体的时限（毫秒），每 MB 另加 30 秒',
  },
  UPSTREAM_HEADERS_MS: {
    shown: {
      en: '0 (off); 600000 with a next target, without a stream',
      zh: '0（关闭）；非流式且后面还有目标时 600000',
    },
    en: "longest wait for the upstream's headers, in milliseconds",
    zh: '等待上游响应头的时限（毫秒）',
  },
  UPSTREAM_CONNECT_MS: {
    shown: { en: '30000 with a next target', zh: '后面还有目标时 30000' },
    en: "longest wait for a stream's headers, in milliseconds; 0 is off",
    zh: '流等待响应头的时限（毫秒）；0 表示不限',
  },
  UPSTREAM_FIRST_CONTENT_MS: {
    shown: { en: '120000 with a next target', zh: '后面还有目标时 120000' },
    en: "longest wait from the call to a stream's first content, in milliseconds; 0 is off",
    zh: '从发出请求到流的第一段内容的时限（毫秒）；0 表示不限',
  },
  UPSTREAM_IDLE_MS: {
    shown: OFF,
    en: 'longest silence inside a stream, in milliseconds',
    zh: '流中途无数据的时限（毫秒）',
  },
  FORWARD_HEADERS: {
    shown: NONE,
    en: 'request headers that go upstream beside those of the [API reference](api.md), comma-separated, such as `x-tenant, x-team-*`',
    zh: '除 [API 参考](api.md)所列之外还要转发的请求头，逗号分隔，例如 `x-tenant, x-team-*`',
  },
  RETRY_SAME_TARGET_MS: {
    shown: '2000',
    en: 'in a fallback list: the longest `retry-after` of a 429 that is waited for, once, before the next target is tried, in milliseconds; 0 is off',
    zh: '备用列表中：429 的 `retry-after` 不超过此值时，先等待并重试一次，再换下一个目标（毫秒）；0 表示不等',
  },
  LIST_WAIT_MS: {
    shown: '300000',
    en: 'on a server of your own: how long after the first attempt a fallback list may begin another, in milliseconds; 0 is off',
    zh: '自行部署时：备用列表在首次尝试之后多久内还可以尝试下一个目标（毫秒）；0 表示不限',
  },
  SHUTDOWN_GRACE_MS: {
    shown: '8000',
    en: 'how long answers under way may take once `npm start` is told to stop, in milliseconds',
    zh: '`npm start` 收到停止信号后，进行中的回答还可以继续多久（毫秒）',
  },
  UPSTREAMS: {
    shown: NONE,
    en: 'many upstreams, by name: tables of `wrangler.local.toml`, or the same as JSON text',
    zh: '多个上游，按名称：`wrangler.local.toml` 的表，或同样内容的 JSON 文本',
    common: true,
  },
  MODELS: {
    shown: NONE,
    en: 'aliases and fallback lists, written the same way',
    zh: '模型别名和备用列表，写法同上',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    shown: NONE,
    en: 'where OpenTelemetry traces and metrics are sent, as OTLP over HTTP in JSON: the address of a collector such as `http://localhost:4318`; `/v1/traces` and `/v1/metrics` are added',
    zh: 'OpenTelemetry 追踪和指标的发送地址（OTLP/HTTP，JSON 格式），例如采集器 `http://localhost:4318`；会自动补上 `/v1/traces` 和 `/v1/metrics`',
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    shown: NONE,
    en: 'another whole address for traces',
    zh: '追踪单独使用的完整地址',
  },
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: {
    shown: NONE,
    en: 'another whole address for metrics',
    zh: '指标单独使用的完整地址',
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    shown: NONE,
    en: 'headers that go with them (secret), such as `api-key=abc,x-team=a%20b`',
    zh: '随之发送的请求头（机密），例如 `api-key=abc,x-team=a%20b`',
  },
  OTEL_EXPORTER_OTLP_TIMEOUT: {
    shown: '10000',
    en: 'how long the collector may take, in milliseconds',
    zh: '等待采集器的时限（毫秒）',
  },
  OTEL_BSP_SCHEDULE_DELAY: {
    shown: '1000',
    en: 'how long spans are collected before they are sent together, in milliseconds',
    zh: '攒多久再一起发送（毫秒）',
  },
  OTEL_SERVICE_NAME: {
    shown: 'nexcode',
    en: "this server's name in traces and metrics",
    zh: '本服务器在追踪和指标里的名称',
  },
  OTEL_RESOURCE_ATTRIBUTES: {
    shown: NONE,
    en: 'further attributes of this server, such as `deployment.environment.name=production`',
    zh: '本服务器的其他属性，例如 `deployment.environment.name=production`',
  },
  OTEL_TRACES_SAMPLER: {
    shown: 'parentbased_always_on',
    en: 'which traces are recorded: `always_on`, `always_off`, `traceidratio`, or the same behind `parentbased_`, by which the decision of a caller with `traceparent` counts',
    zh: '记录哪些追踪：`always_on`、`always_off`、`traceidratio`；加前缀 `parentbased_` 时，以带 `traceparent` 的调用方的决定为准',
  },
  OTEL_TRACES_SAMPLER_ARG: {
    shown: '1',
    en: 'the part for `traceidratio`, 0 to 1',
    zh: '`traceidratio` 的比例，0 到 1',
  },
  OTEL_TRACES_EXPORTER: { shown: 'otlp', en: '`otlp` or `none`', zh: '`otlp` 或 `none`' },
  OTEL_METRICS_EXPORTER: {
    shown: 'otlp',
    en: '`otlp`, `prometheus` (at `/metrics` of a server of your own), both with a comma, or `none`',
    zh: '`otlp`、`prometheus`（自行部署的服务器的 `/metrics`）、两者用逗号并列，或 `none`',
  },
  OTEL_SDK_DISABLED: { shown: 'false', en: '`true` switches all of this off', zh: '`true` 关闭以上全部' },
  DEBUG: {
    shown: 'false',
    en: 'one JSON line per step on standard output; never a key, a token or content',
    zh: '每一步在标准输出写一行 JSON；不含密钥、令牌和内容',
  },
  HOST: {
    shown: '127.0.0.1',
    en: 'where `npm start` listens',
    zh: '`npm start` 的监听地址',
    common: true,
  },
  PORT: { shown: '8000', en: 'its port', zh: '监听端口', common: true },
  STATE_DIR: {
    shown: '.nexcode',
    en: 'the folder in which `npm start` keeps issued keys and the ledger',
    zh: '`npm start` 存放签发密钥和账目的目录',
  },
};
