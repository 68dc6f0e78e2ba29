/** `nexcode prices import`: a table of prices, as the setting PRICES. */
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { isRecord, parseJson } from '../worker/http/json/read.ts';
import type { Connection } from './connection.ts';
import { type CommandContext, clientFor } from './context.ts';
import { CLOUDFLARE_VARIABLE_BYTES } from './doctor-deployment.ts';
import { CommandError, EXIT } from './exit.ts';
import { readTextFile } from './input.ts';
import { isLitellmTable, readLitellmTable } from './litellm-prices.ts';
import { choosePrices, type PriceChoice, readOwnTable } from './price-choice.ts';
import { type PriceForm, priceFormOf, priceText, tomlPrices, withPrices } from './price-text.ts';
import { withoutControls } from './terminal.ts';

/** What can be said of an import. */
export interface ImportOptions {
  readonly model?: readonly string[];
  readonly provider?: readonly string[];
  readonly served?: boolean;
  readonly output?: string;
  readonly form?: PriceForm;
  readonly verbose?: boolean;
}

/** As many names as fit on two lines or three. */
const NAMES_SHOWN = 10;

/** Prints the setting, or writes it into a file of settings; says on standard error what was taken and what was not. */
export async function importPrices(
  file: string,
  options: ImportOptions,
  context: CommandContext,
  connection: () => Connection,
): Promise<void> {
  const { stdout, stderr, words } = context;
  const { text } = await readTextFile(file, words);
  const table = file.endsWith('.toml') ? tomlPrices(text) : parseJson(text);
  if (!isRecord(table)) throw new CommandError(words.noPriceTable(file));
  const isLitellm = isLitellmTable(table);
  const own = isLitellm ? undefined : readOwnTable(table);
  if (own !== undefined && own.problems.length > 0)
    throw new CommandError(`${words.noPriceTable(file)}\n${own.problems.join('\n')}`);
  const served = options.served ? await servedModels(connection()) : [];
  const choice = choosePrices(own?.models ?? readLitellmTable(table), {
    models: [...(options.model ?? []), ...served],
    providers: options.provider ?? [],
  });
  stderr.write(`${report(choice, options.verbose === true, context)}\n`);
  if (Object.keys(choice.taken).length === 0) throw new CommandError(words.noPricesTaken, EXIT.failed);
  const { output } = options;
  const form = options.form ?? (output === undefined ? 'toml' : priceFormOf(output));
  const { length } = Buffer.from(JSON.stringify(choice.taken));
  if (length > CLOUDFLARE_VARIABLE_BYTES) stderr.write(`${words.pricesTooLarge(Math.ceil(length / 1024))}\n`);
  if (output === undefined) {
    stdout.write(priceText(choice.taken, form));
    return;
  }
  const before = await readFile(output, 'utf8').catch(emptyIfMissing);
  const after = withPrices(before, choice.taken, form);
  if (after === undefined) throw new CommandError(words.pricesStandAlready(output));
  await writeWhole(output, after);
  stderr.write(`${words.pricesWritten(output)}\n`);
}

/** The names that the server lists. */
async function servedModels(connection: Connection): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { id } of clientFor(connection).models.list()) names.push(id);
  return names;
}

function report(
  { taken, unsized, untaken, unasked }: PriceChoice,
  isWhole: boolean,
  { words, errorStyle }: CommandContext,
): string {
  const reasons = [...new Set(untaken.map(({ reason }) => reason))];
  const lines: readonly (readonly [string, readonly string[]])[] = [
    [words.pricesTaken, Object.keys(taken)],
    [words.pricesUnsized, unsized],
    ...reasons.map(
      (reason) =>
        [
          words.pricesUntaken[reason],
          untaken.filter((each) => each.reason === reason).map(({ listed }) => listed),
        ] as const,
    ),
  ];
  const said = lines
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => {
      const shown = isWhole ? names : names.slice(0, NAMES_SHOWN);
      const more = names.length - shown.length;
      return words.pricesNamed(what, names.length, withoutControls(shown.join(', ')), more);
    });
  return errorStyle('dim', [...said, ...(unasked === 0 ? [] : [words.pricesUnasked(unasked)])].join('\n'));
}

function emptyIfMissing(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
  throw error;
}

/** Writes the file whole or not at all; others cannot read one that is new, for it may hold secrets some day. */
async function writeWhole(file: string, text: string): Promise<void> {
  const fresh = `${file}.${process.pid}`;
  const { mode } = await stat(file).catch(() => ({ mode: 0o600 }));
  await writeFile(fresh, text, { mode });
  await rename(fresh, file);
}
