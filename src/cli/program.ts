/** The command line: commands, their options and their help. What they do stands in files of their own. */
import { Command, InvalidArgumentError, Option } from 'commander';
import stringWidth from 'string-width';
import { PROJECT_VERSION } from '../launcher/project.ts';
import { type AskOptions, ask } from './ask.ts';
import { type ChatOptions, chat } from './chat.ts';
import type { Connection } from './connection.ts';
import { type CommandContext, connect, type ServerOptions } from './context.ts';
import { showHealth } from './health.ts';
import { listModels } from './models.ts';
import { addOperatorCommands, collect } from './operator-commands.ts';
import { listProfiles, removeProfile, type SaveOptions, saveProfile } from './profile.ts';
import type { ServeOptions } from './serve.ts';

/** The program, and the servers that its command has asked: their keys must not be printed. */
export interface Program {
  readonly program: Command;
  readonly connections: readonly Connection[];
}

/** Makes the program. A mistake on the command line throws CommanderError, behind what it printed. */
export function makeProgram(context: CommandContext): Program {
  const { words } = context;
  const connections: Connection[] = [];
  const connection = (options: ServerOptions): Connection => {
    const found = connect(context, options);
    connections.push(found);
    return found;
  };

  const program = new Command('nexcode')
    .description(words.description)
    .version(PROJECT_VERSION, '-V, --version', words.version)
    .addHelpOption(new Option('-h, --help', words.help).hideHelp())
    .helpCommand('help [command]', words.helpOf)
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({
      styleTitle: (title) => titles(title, context),
      optionDescription: ({ description }) => description,
      subcommandTerm: (command) => command.name(),
      displayWidth: (text) => stringWidth(text),
    })
    // Mistakes are said in the person's language, by whoever catches them.
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', `\n${words.optionsHelp}\n${words.environmentHelp}\n${words.exitHelp}`);
  // One line below the commands says both: the help fits a screen.
  for (const option of program.options) option.hideHelp();

  const add = (name: string, description: string, parent = program): Command =>
    parent.command(name).description(description).helpOption('-h, --help', words.help);
  const asking = (command: Command): Command =>
    command
      .addOption(new Option('--base-url <url>', words.baseUrl))
      .addOption(new Option('--api-key <key>', words.apiKey))
      .addOption(new Option('--profile <name>', words.profile));
  const talking = (command: Command): Command =>
    asking(command)
      .option('-m, --model <name>', words.model)
      .option('-s, --system <text>', words.system)
      .option('-t, --temperature <number>', words.temperature, temperature(words.badTemperature));

  add('serve', words.serve)
    .option('--port <port>', words.servePort)
    .option('--host <host>', words.serveHost)
    .action(async (options: ServeOptions) => {
      // What serves weighs a second, which no other command should wait for.
      const { serve } = await import('./serve.ts');
      await serve(options);
    });

  talking(add('ask', words.ask).argument('[question...]', words.askQuestion))
    .option('-f, --file <file>', words.askFile, collect)
    .option('-i, --image <image>', words.image, collect)
    .option('--json', words.json)
    .action((question: string[], options: AskOptions & ServerOptions) =>
      ask(question, options, context, connection(options)),
    );

  talking(add('chat', words.chat)).action(async (options: ChatOptions & ServerOptions) => {
    process.exitCode = await chat(options, context, connection(options));
  });

  asking(add('models', words.models))
    .option('--json', words.modelsJson)
    .action((options: ServerOptions & { json?: boolean }) =>
      listModels(options, context, connection(options)),
    );

  asking(add('health', words.health))
    .option('--deep', words.healthDeep)
    .option('--json', words.healthJson)
    .action((options: ServerOptions & { deep?: boolean; json?: boolean }) =>
      showHealth(options, context, connection(options)),
    );

  addOperatorCommands({ add, asking, connection }, context);

  const profile = add('profile', words.profiles);
  add('save', words.profileSave, profile)
    .argument('[name]', words.profileName, 'default')
    .option('--base-url <url>', words.baseUrl)
    .option('--api-key <key>', words.apiKey)
    .option('--key-stdin', words.profileKeyStdin)
    .option('-m, --model <name>', words.model)
    .action((name: string, options: SaveOptions) => saveProfile(name, options, context));
  add('list', words.profileList, profile).action(() => listProfiles(context));
  add('remove', words.profileRemove, profile)
    .argument('<name>', words.profileName)
    .action((name: string) => removeProfile(name, context));

  return { program, connections };
}

function titles(title: string, { words, style }: CommandContext): string {
  const said: Readonly<Record<string, string>> = {
    'Usage:': words.usage,
    'Options:': words.options,
    'Commands:': words.commands,
    'Arguments:': words.arguments,
  };
  return style('bold', said[title] ?? title);
}

function temperature(problem: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= 0 && value <= 2)) throw new InvalidArgumentError(problem);
    return value;
  };
}
