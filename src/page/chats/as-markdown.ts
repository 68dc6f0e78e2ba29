/** One conversation as a Markdown file: the shown branch, as it was said. Pure. */
import type { Message } from '../chat/types.ts';
import type { Translate } from '../i18n/translate.ts';

/** @param path the shown branch, first to last */
export function asMarkdown(title: string, path: readonly Message[], t: Translate): string {
  const parts = [`# ${title.replace(/\s+/g, ' ')}`];
  for (const message of path) {
    const asked = message.role === 'user';
    const who = asked ? t('you') : message.stamp?.mode === 'openai' ? message.stamp.model : t('assistant');
    parts.push(`## ${who}`, asked ? quoted(message.text) : message.text);
    if (message.state === 'interrupted' || message.state === 'stopped') parts.push(`_${t(message.state)}_`);
  }
  return `${parts.join('\n\n')}\n`;
}

/** Quoted, so that a question's own `#` does not become a heading. */
function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}
