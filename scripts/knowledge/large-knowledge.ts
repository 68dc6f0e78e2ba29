/** Made-up Markdown of any size, the same for the same size: what the stated limit is tested and measured with. */

import { lehmer } from './random.ts';

/** A file of the made-up knowledge. */
export interface MadeUpFile {
  readonly name: string;
  readonly markdown: string;
}

const ENGLISH = 'ar an be co da de el fo ga he in ka la ma ne on pa qu ra se ta un ve wi yo zu'.split(' ');
const CHINESE = [
  ...'数据服务网络存储系统管理用户配置安全备份恢复监控日志部署测试发布版本接口请求响应缓存队列任务调度权限角色审计报表查询索引事务连接超时重试限流熔断降级',
];
const FILE_BYTES = 20_000;

/** Files of at most `bytes` in all, in English and Chinese by turns, about 600 bytes a section. */
export function makeUpKnowledge(bytes: number): MadeUpFile[] {
  const random = lehmer(20_261_122);
  const files: MadeUpFile[] = [];
  let left = bytes;
  while (left > FILE_BYTES / 10) {
    const chinese = files.length % 2 === 1;
    const words = chinese ? () => chineseText(random, 12) : () => englishText(random, 14);
    let markdown = `# ${words()}\n`;
    const size = Math.min(FILE_BYTES, left);
    for (;;) {
      const section = `\n## ${words()}\n\n${Array.from({ length: 6 }, words).join(chinese ? '。' : '. ')}\n`;
      if (Buffer.byteLength(markdown) + Buffer.byteLength(section) > size) break;
      markdown += section;
    }
    left -= Math.max(Buffer.byteLength(markdown), FILE_BYTES / 10);
    files.push({ name: `made-up-${files.length}.md`, markdown });
  }
  return files;
}

function englishText(random: () => number, words: number): string {
  const word = () =>
    Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(ENGLISH, random())).join('');
  return Array.from({ length: words }, word).join(' ');
}

function chineseText(random: () => number, characters: number): string {
  return Array.from({ length: characters }, () => pick(CHINESE, random())).join('');
}

/** Words are used as unevenly as in a real text. */
function pick(list: readonly string[], random: number): string {
  return list[Math.floor(random * random * list.length)] ?? '';
}
