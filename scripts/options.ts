/** The command line of the project's scripts: `--help` is answered, and what is not known is refused. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/**
 * Reads the options of a script. Ends the process with `help` where it is asked for, and with an error where an argument
 * is none of the script's.
 * @param help the whole text: what the script does, then a line for each option.
 */
export function scriptOptions<const Options extends ParseArgsOptionsConfig>(help: string, options: Options) {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(help);
    process.exit(0);
  }
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    return refuse(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
}

/** The one file that a script takes beside its options. Ends the process like `scriptOptions`, also where there is none or several. */
export function scriptFile(help: string): string {
  const args = process.argv.slice(2);
  const [file, more] = args.filter((arg) => arg !== '--help' && arg !== '-h');
  if (file === undefined || file.startsWith('-') || args.length > 1) {
    scriptOptions(help, {});
    return refuse(more === undefined ? 'A file is needed.' : 'One file at a time is taken.');
  }
  return file;
}

/** The value of an option that is a count; `fallback` where it is not given. Ends the process where it is no whole number. */
export function countOption(name: string, value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  return /^\d{1,9}$/.test(value) ? Number(value) : refuse(`--${name} takes a whole number.`);
}

/** Ends the process with a reason and where help is. */
export function refuse(reason: string): never {
  console.error(`${reason.replace(/\.?$/, '.')} --help shows what there is.`);
  process.exit(1);
}
