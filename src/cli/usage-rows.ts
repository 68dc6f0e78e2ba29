/** Every call of a period as a row, as the server exports them. */
import type OpenAI from 'openai';
import { EXPORT_TYPES } from '../worker/ledger/export.ts';
import type { CommandContext } from './context.ts';
import { CommandError, EXIT } from './exit.ts';
import { interruptible } from './interrupt.ts';
import type { Period } from './period.ts';

/** Prints the rows as they come. An answer may hold a part of them alone, so the next one goes on behind its last row. */
export async function printRows(
  client: OpenAI,
  { start, end }: Period,
  format: 'csv' | 'ndjson',
  { stdout, words }: CommandContext,
): Promise<void> {
  const type = EXPORT_TYPES[format];
  await interruptible(async (signal) => {
    let after: string | undefined;
    for (;;) {
      const query = { format, start_time: start, end_time: end, ...(after !== undefined && { after }) };
      const answer = await client.get('/usage/export', { query, signal }).asResponse();
      // Where there is no ledger, the path is the vendor's, whatever that answers.
      if (answer.headers.get('content-type') !== type) throw new CommandError(words.accountsOff, EXIT.failed);
      const last = await printExport(answer, format, after === undefined, stdout);
      if (last === undefined || last === after) return;
      after = last;
    }
  }, words);
}

/** Prints one answer; returns the cursor of its last row. */
async function printExport(
  answer: Response,
  format: 'csv' | 'ndjson',
  withHead: boolean,
  stdout: NodeJS.WriteStream,
): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let [rest, last, isHead] = ['', '', format === 'csv'];
  for await (const bytes of answer.body ?? []) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!isHead || withHead) await write(stdout, `${line}\n`);
      if (!isHead) last = line;
      isHead = false;
    }
  }
  return cursorIn(last, format);
}

/** The cursor is the last member and the last column, and holds nothing that either form would escape. */
function cursorIn(line: string, format: 'csv' | 'ndjson'): string | undefined {
  return (format === 'csv' ? /,([^,"\r]+)\r?$/ : /"cursor":"([^"]+)"\}$/).exec(line)?.[1];
}

/** Waits where whoever reads is slower. */
async function write(stdout: NodeJS.WriteStream, text: string): Promise<void> {
  if (!stdout.write(text)) await new Promise<void>((resolve) => stdout.once('drain', resolve));
}
