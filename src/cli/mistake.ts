/** A mistake on the command line, in the person's language. */
import type { Command, CommanderError } from 'commander';
import { withoutSecrets } from '../worker/http/redact.ts';
import { CommandError } from './exit.ts';
import type { Words } from './words.ts';

/** Commander's codes: https://github.com/tj/commander.js/blob/master/lib/error.js and its callers. */
const SAYINGS: Readonly<Record<string, (words: Words) => (name: string) => string>> = {
  'commander.unknownOption': ({ unknownOption }) => unknownOption,
  'commander.unknownCommand': ({ unknownCommand }) => unknownCommand,
  'commander.missingArgument': ({ missingArgument }) => missingArgument,
  'commander.optionMissingArgument': ({ optionNeedsValue }) => optionNeedsValue,
  'commander.excessArguments':
    ({ tooManyWords }) =>
    () =>
      tooManyWords,
};

/** What was wrong and where the help is; undefined where nothing was wrong. */
export function mistakeOf(
  { code, message }: CommanderError,
  program: Command,
  words: Words,
): CommandError | undefined {
  if (code === 'commander.invalidArgument') {
    // Its own words stand behind commander's.
    const [, option = '', problem = ''] = /'(.*?)' argument .*? is invalid\. (.*)$/s.exec(message) ?? [];
    const choices = /^Allowed choices are (.*)\.$/.exec(problem)?.[1];
    return new CommandError(`${option}: ${choices === undefined ? problem : words.mustBeOneOf(choices)}`);
  }
  const saying = SAYINGS[code];
  if (saying === undefined) return undefined;
  const typed = /'(.*?)'/s.exec(message)?.[1] ?? '';
  // What was mistyped may hold a key: behind an option's name, or in the place of a command.
  const name = typed.startsWith('-') ? typed.replace(/=.*$/s, '') : withoutSecrets(typed, []);
  const meant = /\(Did you mean (?:one of )?(.*?)\?\)/.exec(message)?.[1];
  const sentences = [saying(words)(name), ...(meant === undefined ? [] : [words.isMeant(meant)])];
  const called = program.args[0] ?? '';
  const known = program.commands.some((command) => command.name() === called) ? ` ${called}` : '';
  return new CommandError(`${sentences.join(' ')}\n${words.seeHelp(`nexcode${known}`)}`);
}
