/** What the guides say of each row of `header-rows.ts`; a row without its words does not compile. */
import type { ANSWER_HEADERS } from '../../src/shared/contract.ts';
import type { ANSWER_ROWS, REQUEST_ROWS } from '../../src/worker/upstream/header-rows.ts';

/** What the guides say of a row. */
export interface HeaderText {
  readonly en: string;
  readonly zh: string;
}

/** Of a request's headers, in the order of the rows. */
export const REQUEST_TEXTS: Readonly<Record<keyof typeof REQUEST_ROWS, HeaderText>> = {
  credentials: {
    en: "read; the key that pays goes on in the header that its upstream takes, the server's token never",
    zh: '由网关读取；付费的密钥放进上游要求的请求头转发，服务器令牌从不转发',
  },
  content: { en: 'forwarded', zh: '转发' },
  conditions: { en: 'forwarded, but for the list of models', zh: '转发（模型列表除外）' },
  tracing: { en: 'forwarded', zh: '转发' },
  app: { en: 'forwarded: the app as OpenRouter names it', zh: '转发：OpenRouter 用来识别应用' },
  account: {
    en: 'forwarded where your own key pays, dropped where the server pays',
    zh: '自带密钥付费时转发，服务器付费时丢弃',
  },
  vendors: { en: 'forwarded', zh: '转发' },
  conversation: {
    en: 'forwarded: vendors keep their prompt cache by them (`x-session-affinity`, `thread-id`, `x-grok-conv-id`, ...)',
    zh: '转发：厂商靠它们命中提示词缓存（`x-session-affinity`、`thread-id`、`x-grok-conv-id` 等）',
  },
  resuming: {
    en: 'read: [answers that survive](streams.md)',
    zh: '由网关读取：[断线续传](streams.md)',
  },
  page: {
    en: "the chat page's own: dropped, and never allowed to another origin",
    zh: '聊天页面专用：不转发，也从不允许其他来源使用',
  },
  secrets: { en: 'dropped: they may hold a secret of this server', zh: '丢弃：可能含有本服务器的机密' },
  hop: { en: 'dropped: they concern one connection alone', zh: '丢弃：只与单个连接有关' },
  place: { en: 'dropped: they tell of the way here', zh: '丢弃：只说明请求的来路' },
};

/** Of an answer's. */
export const ANSWER_TEXTS: Readonly<Record<keyof typeof ANSWER_ROWS, HeaderText>> = {
  id: { en: "the request's id; the upstream's where it gave one", zh: '请求编号；上游给了就用上游的' },
  content: { en: "the upstream's, passed on", zh: '来自上游，原样转发' },
  retry: {
    en: "when to try again, the upstream's; `x-should-retry: false` also from the gateway where trying again cannot help, and the official clients obey it",
    zh: '何时重试，来自上游；重试没有用时网关也会给出 `x-should-retry: false`，官方客户端会遵守',
  },
  vendors: { en: "the upstream's, passed on", zh: '来自上游，原样转发' },
  conversation: {
    en: "the upstream's; agents send it back with the next call",
    zh: '来自上游；智能体会在下一次调用时带回',
  },
  location: {
    en: 'the address of something that the upstream has made, or of a stream that can be taken up again, as a path of this gateway',
    zh: '上游新建对象或可续传的流的地址，以本网关的路径表示',
  },
  timing: {
    en: "the gateway's own time and the upstream's time to its headers",
    zh: '网关自身耗时，以及上游给出响应头的耗时',
  },
  own: { en: "the gateway's own words, below", zh: '网关自己的说明，见下表' },
};

/** Of the gateway's own, in the order in which the guides list them. */
export const OWN_TEXTS: Readonly<Record<keyof typeof ANSWER_HEADERS, HeaderText>> = {
  credentials: {
    en: 'who paid: `client`, `server` or `none`',
    zh: '费用由谁承担：`client`、`server` 或 `none`',
  },
  answer: {
    en: 'for the model `nexcode`: `section`, `none`, `courtesy` or `model`',
    zh: '模型 `nexcode` 的回答类型：`section`、`none`、`courtesy` 或 `model`',
  },
  usage: {
    en: '`estimated` where the token counts are an estimate',
    zh: 'token 用量是估计值时为 `estimated`',
  },
  budgetLeft: {
    en: "what is left of an issued key's budget, in USD or tokens",
    zh: '签发密钥的预算余额，美元或 token',
  },
  filled: { en: 'which fields of the request the gateway filled in', zh: '网关在请求里补上了哪些字段' },
  converted: {
    en: 'the upstream answered in the other form; the answer was made a `stream`, or one `json` object',
    zh: '上游以另一种形式作答；网关已把回答转成流（`stream`）或单个 JSON 对象（`json`）',
  },
  translated: {
    en: 'a text completion or a response was translated to this endpoint',
    zh: '文本补全或 Responses 请求被翻译成了这个接口的请求',
  },
  dropped: { en: 'which fields a translation left out', zh: '翻译时略去了哪些字段' },
  stream: {
    en: 'the name of a stream that can be taken up again, or `none` where that was asked for and is not so',
    zh: '可续传的流的名字；要求了续传但做不到时为 `none`',
  },
  upstream: { en: 'which configured upstream and model answered', zh: '由哪个已配置的上游和模型回答' },
};
