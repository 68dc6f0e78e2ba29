/** What the figures are called, in both languages. */
import type { Machine, MetricId } from './result.ts';

export type Language = 'en' | 'zh';

/** A metric as people read it: what was measured, and in which unit. */
export interface Words {
  readonly what: string;
  readonly unit: string;
}

export const METRICS: Readonly<Record<MetricId, Readonly<Record<Language, Words>>>> = {
  plain: {
    en: { what: 'Plain request', unit: 'µs CPU' },
    zh: { what: '普通请求', unit: 'µs CPU' },
  },
  plain_p50: {
    en: { what: 'Plain request, one at a time, p50', unit: 'ms' },
    zh: { what: '普通请求，逐个发送，p50', unit: 'ms' },
  },
  plain_p95: {
    en: { what: 'Plain request, one at a time, p95', unit: 'ms' },
    zh: { what: '普通请求，逐个发送，p95', unit: 'ms' },
  },
  event: {
    en: { what: 'Streamed event (20 streams, each in its own time)', unit: 'µs CPU' },
    zh: { what: '流中每个事件（20 路流，节奏各自独立）', unit: 'µs CPU' },
  },
  event_in_step: {
    en: { what: 'Streamed event (20 streams, all in step)', unit: 'µs CPU' },
    zh: { what: '流中每个事件（20 路流，同时到达）', unit: 'µs CPU' },
  },
  event_of_four: {
    en: { what: 'Streamed event (20 streams, four events in a write)', unit: 'µs CPU' },
    zh: { what: '流中每个事件（20 路流，每次写入四个事件）', unit: 'µs CPU' },
  },
  event_300: {
    en: { what: 'Streamed event (300 streams at once)', unit: 'µs CPU' },
    zh: { what: '流中每个事件（300 路流并发）', unit: 'µs CPU' },
  },
  event_1000: {
    en: { what: 'Streamed event (1,000 streams at once)', unit: 'µs CPU' },
    zh: { what: '流中每个事件（1,000 路流并发）', unit: 'µs CPU' },
  },
  memory_rest: {
    en: { what: 'Memory at rest', unit: 'MiB' },
    zh: { what: '空闲时的内存', unit: 'MiB' },
  },
  memory_300: {
    en: { what: 'Peak memory with 300 streams', unit: 'MiB' },
    zh: { what: '300 路流时的内存峰值', unit: 'MiB' },
  },
  memory_1000: {
    en: { what: 'Peak memory with 1,000 streams', unit: 'MiB' },
    zh: { what: '1,000 路流时的内存峰值', unit: 'MiB' },
  },
  first_byte_p50: {
    en: { what: 'First byte of a stream, p50', unit: 'ms' },
    zh: { what: '流的首字节延迟 p50', unit: 'ms' },
  },
  first_byte_p95: {
    en: { what: 'First byte of a stream, p95', unit: 'ms' },
    zh: { what: '流的首字节延迟 p95', unit: 'ms' },
  },
  first_byte_p99: {
    en: { what: 'First byte of a stream, p99', unit: 'ms' },
    zh: { what: '流的首字节延迟 p99', unit: 'ms' },
  },
  body_1k: {
    en: { what: 'Request of 1 KiB', unit: 'µs CPU' },
    zh: { what: '1 KiB 的请求', unit: 'µs CPU' },
  },
  body_100k: {
    en: { what: 'Request of 100 KiB', unit: 'µs CPU' },
    zh: { what: '100 KiB 的请求', unit: 'µs CPU' },
  },
  body_1m: {
    en: { what: 'Request of 1 MiB', unit: 'µs CPU' },
    zh: { what: '1 MiB 的请求', unit: 'µs CPU' },
  },
  body_20m: {
    en: { what: 'Request of 20 MiB (a picture)', unit: 'µs CPU' },
    zh: { what: '20 MiB 的请求（含图片）', unit: 'µs CPU' },
  },
  start_up: {
    en: { what: 'From the start of the process to the first answer', unit: 'ms' },
    zh: { what: '从进程启动到第一个回答', unit: 'ms' },
  },
  bundle: {
    en: { what: "The Worker's JavaScript after gzip", unit: 'KiB' },
    zh: { what: 'Worker 的 JavaScript（gzip 后）', unit: 'KiB' },
  },
};

const CONTENDERS: Readonly<Record<string, string>> = {
  'bare Worker': '裸 Worker',
  'least relay': '最小中继',
  'NexCode, server token': 'NexCode，服务器令牌',
  'NexCode, client key': 'NexCode，客户端密钥',
  'NexCode, page login': 'NexCode，页面登录',
  'NexCode, open to everybody': 'NexCode，对所有人开放',
  'NexCode, defaults filled in': 'NexCode，填入默认值',
  'NexCode, completions translated': 'NexCode，转换旧版补全',
  'NexCode, responses translated': 'NexCode，翻译 Responses',
  'NexCode, issued key': 'NexCode，签发密钥',
  'NexCode, issued key, durable': 'NexCode，签发密钥（durable）',
  'NexCode, ledger on': 'NexCode，记录账目',
  'NexCode, telemetry on': 'NexCode，开启遥测',
  'NexCode, declared, unused': 'NexCode，已启用签发密钥但未使用',
  'NexCode, resumable streams': 'NexCode，可续传的流',
  'NexCode, assistant, out of its guides': 'NexCode，内置助手（引用文档）',
  'reads the body': '读取请求体',
  'and sends its own headers': '再发送自己的请求头',
  'and answers with its own Response': '再用自己的 Response 回答',
  'and pumps the stream itself': '再自己传送流',
};

/** A contender's name in a language; names of programs stay as they are. */
export function contenderName(name: string, language: Language): string {
  return language === 'en' ? name : (CONTENDERS[name] ?? name);
}

/** What the facts of a machine are called; names of programs stay as they are. */
const FACTS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: { cpu: 'CPU', memoryGiB: 'memory in GiB', load: 'load before the run' },
  zh: { date: '日期', cpu: 'CPU', memoryGiB: '内存 GiB', system: '系统', load: '测量前的负载' },
};

const MACHINE: Readonly<Record<Language, string>> = { en: 'Machine: ', zh: '机器：' };

/** The machine behind the figures, on a line. */
export function machineText(machine: Machine, language: Language): string {
  const facts = Object.entries(machine).filter(([name]) => name !== 'quick');
  const text = facts.map(([name, value]) => `${FACTS[language][name] ?? name} ${value}`).join(' · ');
  return MACHINE[language] + text;
}
