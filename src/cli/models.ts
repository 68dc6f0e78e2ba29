/** `nexcode models`: what the server lists. */
import * as z from 'zod';
import { parseJson } from '../worker/http/json/read.ts';
import type { Connection } from './connection.ts';
import { type CommandContext, clientFor } from './context.ts';
import { CommandError, EXIT } from './exit.ts';
import { printTable } from './table.ts';

const listSchema = z.object({
  data: z.array(z.object({ id: z.string(), owned_by: z.string().optional().catch(undefined) })),
});

/** Prints a table on a terminal, one name a line in a pipe, or the API's own JSON. */
export async function listModels(
  options: { readonly json?: boolean },
  context: CommandContext,
  connection: Connection,
): Promise<void> {
  const { stdout, words } = context;
  const answer = await clientFor(connection).get('/models').asResponse();
  const text = await answer.text();
  if (options.json) {
    stdout.write(`${text.trimEnd()}\n`);
    return;
  }
  const list = listSchema.safeParse(parseJson(text));
  if (!list.success) throw new CommandError(words.notOurs(connection.baseUrl), EXIT.failed);
  const { data } = list.data;
  if (data.length === 0) throw new CommandError(words.noModels, EXIT.failed);
  if (!stdout.isTTY) {
    stdout.write(data.map(({ id }) => `${id}\n`).join(''));
    return;
  }
  const rows = data.map(({ id, owned_by: owner = '' }) => [id, owner]);
  printTable([words.model_column, words.owner_column], rows, context);
}
