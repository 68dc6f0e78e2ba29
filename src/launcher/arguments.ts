/** What can be said on the command line: `npm start -- --port 9000`. Pure. */
import { parseArgs } from 'node:util';
import { en, type LauncherWords } from './words-en.ts';

/** What the arguments ask for, or what is wrong with them. */
export type Arguments =
  | { readonly kind: 'serve'; readonly environment: Readonly<Record<string, string>> }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'problem'; readonly message: string };

/** What asks to serve at an address; what is undefined is left to the settings. */
export function serveAt({
  port,
  host,
}: {
  readonly port?: string | undefined;
  readonly host?: string | undefined;
}): Arguments {
  const environment = {
    ...(port === undefined ? {} : { PORT: port }),
    ...(host === undefined ? {} : { HOST: host }),
  };
  return { kind: 'serve', environment };
}

/** Reads the arguments behind the script's name. `environment` holds the settings that they stand for. */
export function readArguments(args: readonly string[], words: LauncherWords = en): Arguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        help: { type: 'boolean' },
        version: { type: 'boolean' },
      },
    });
    if (values.help) return { kind: 'help' };
    if (values.version) return { kind: 'version' };
    return serveAt(values);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { kind: 'problem', message: `${reason.replace(/\.?$/, '.')} ${words.seeHelp}` };
  }
}
