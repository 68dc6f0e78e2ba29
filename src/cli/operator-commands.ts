/** The commands of whoever runs a server: keys, usage, prices. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { APIError } from 'openai';
import type { Connection } from './connection.ts';
import type { CommandContext, ServerOptions } from './context.ts';
import type { DoctorOptions } from './doctor.ts';
import { CommandError, EXIT } from './exit.ts';
import type { LimitOptions } from './key-limits.ts';
import { issueKey, listKeys, revokeKey, setKey, showKey } from './keys.ts';
import { PRICE_FORMS } from './price-text.ts';
import { type ImportOptions, importPrices } from './prices.ts';
import { showUsage, type UsageOptions } from './usage.ts';
import { DIMENSIONS, type Dimension } from './usage-lines.ts';
import type { Words } from './words.ts';

/** How the program adds a command, and finds the server of one. */
export interface CommandMaker {
  readonly add: (name: string, description: string, parent?: Command) => Command;
  /** Gives a command the options that name a server. */
  readonly asking: (command: Command) => Command;
  readonly connection: (options: ServerOptions) => Connection;
}

/** Adds them. */
export function addOperatorCommands(maker: CommandMaker, context: CommandContext): void {
  addKeys(maker, context);
  addUsage(maker, context);
  addPrices(maker, context);
  maker
    .asking(maker.add('doctor', context.words.doctor).argument('[folder]', context.words.doctorFolder))
    .option('--ask', context.words.doctorAsk)
    .option('--json', context.words.doctorJson)
    .action(async (folder: string | undefined, options: DoctorOptions) => {
      // It knows every setting, which other commands need not load.
      const { examine } = await import('./doctor.ts');
      process.exitCode = await examine(folder, options, context);
    });
  maker
    .add('init', context.words.init)
    .argument('[folder]', context.words.initFolder)
    .action(async (folder: string | undefined) => {
      // What builds a checkout weighs a second, which no other command should wait for.
      const { initProject } = await import('./init.ts');
      await initProject(folder, context);
    });
}

function addKeys({ add, asking, connection }: CommandMaker, context: CommandContext): void {
  const { words } = context;
  const keys = add('keys', words.keys);
  const limited = (command: Command): Command =>
    command
      .option('--models <patterns>', words.limitModels, collect)
      .option('--rpm <n>', words.limitRpm)
      .option('--tpm <n>', words.limitTpm)
      .option('--budget <amount>', words.limitBudget)
      .option('--expires <time>', words.limitExpires)
      .addOption(new Option('--holds <kind>', words.limitHolds).choices(['strict', 'typical']))
      .addOption(new Option('--durable <yes|no>', words.limitDurable).choices(['yes', 'no']))
      .addOption(new Option('--stateful <yes|no>', words.limitStateful).choices(['yes', 'no']))
      .addOption(new Option('--stream-usage <how>', words.limitStreamUsage).choices(['fill', 'estimate']))
      .addOption(new Option('--resumable <yes|no>', words.limitResumable).choices(['yes', 'no']));

  asking(limited(add('issue', words.keysIssue, keys).argument('<name>', words.keysIssueName)))
    .option('--json', words.rawJson)
    .action((name: string, options: LimitOptions & ServerOptions & { json?: boolean }) =>
      ofAccounts(() => issueKey(name, options, context, connection(options)), words),
    );

  asking(add('list', words.keysList, keys))
    .option('--all', words.keysAll)
    .option('--json', words.rawJson)
    .action((options: ServerOptions & { all?: boolean; json?: boolean }) =>
      ofAccounts(() => listKeys(options, context, connection(options)), words),
    );

  asking(add('show', words.keysShow, keys).argument('[id]', words.keysId))
    .option('--json', words.rawJson)
    .action((id: string | undefined, options: ServerOptions & { json?: boolean }) =>
      ofAccounts(() => showKey(id, options, context, connection(options)), words),
    );

  asking(limited(add('set', words.keysSet, keys).argument('<id>', words.keysId)))
    .option('--name <name>', words.keysSetName)
    .option('--json', words.rawJson)
    .action((id: string, options: LimitOptions & ServerOptions & { name?: string; json?: boolean }) =>
      ofAccounts(() => setKey(id, options, context, connection(options)), words),
    );

  asking(add('revoke', words.keysRevoke, keys).argument('<id>', words.keysId))
    .option('--stop', words.keysStop)
    .option('-y, --yes', words.keysYes)
    .action((id: string, options: ServerOptions & { stop?: boolean; yes?: boolean }) =>
      ofAccounts(() => revokeKey(id, options, context, connection(options)), words),
    );
}

function addUsage({ add, asking, connection }: CommandMaker, context: CommandContext): void {
  const { words } = context;
  asking(add('usage', words.usageOf))
    .option('--since <time>', words.usageSince)
    .option('--until <time>', words.usageUntil)
    .option('--by <what>', words.usageBy, dimensions(words.badBy), ['day'])
    .option('-m, --model <name>', words.usageModel, collect)
    .option('-k, --key <id>', words.usageKey, collect)
    .option('--csv', words.usageCsv)
    .option('--json', words.usageJson)
    .option('--rows', words.usageRows)
    .action((options: UsageOptions & ServerOptions) =>
      ofAccounts(() => showUsage(options, context, connection(options)), words),
    );
}

function addPrices({ add, asking, connection }: CommandMaker, context: CommandContext): void {
  const { words } = context;
  const prices = add('prices', words.prices);
  asking(add('import', words.pricesImport, prices).argument('<file>', words.pricesFile))
    .option('-m, --model <pattern>', words.pricesModel, collect)
    .option('--provider <name>', words.pricesProvider, collect)
    .option('--served', words.pricesServed)
    .option('-o, --output <file>', words.pricesOutput)
    .addOption(new Option('--form <form>', words.pricesForm).choices(PRICE_FORMS))
    .option('--verbose', words.pricesVerbose)
    .action((file: string, options: ImportOptions & ServerOptions) =>
      importPrices(file, options, context, () => connection(options)),
    );
}

/** Runs what asks for keys or usage. Throws CommandError where the server keeps none, or keeps them from this caller. */
async function ofAccounts(run: () => Promise<void>, words: Words): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    const { status, code } = error;
    if (status === 403) throw new CommandError(words.accountsOff, EXIT.credentials, { cause: error });
    if (status === 404 && !(code?.endsWith('_not_found') ?? false))
      throw new CommandError(words.accountsOff, EXIT.failed, { cause: error });
    throw error;
  }
}

/** Gathers the values of an option that may be repeated. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function dimensions(problem: string): (text: string) => readonly Dimension[] {
  return (text) => {
    const named = text.split(',').map((each) => each.trim());
    const found = DIMENSIONS.filter((each) => named.includes(each));
    if (found.length === 0 || found.length !== named.length) throw new InvalidArgumentError(problem);
    return found;
  };
}
