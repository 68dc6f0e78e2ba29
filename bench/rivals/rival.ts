/** Another gateway, or a proxy, that is measured beside this one where it has been installed. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Contender } from '../contender.ts';
import type { Language } from '../words.ts';

/** One of them, at the version that was tried. It is no part of this project, and installed outside of it. */
export interface Rival {
  readonly name: string;
  readonly version: string;
  /** Whose client installs it: what has to be reachable once. */
  readonly registry: 'PyPI' | 'npm' | 'Debian';
  /** How it runs here, for the page of figures. */
  readonly settings: Readonly<Record<Language, string>>;
  /** Installs it into an empty folder. @throws what the installer printed. */
  readonly install: (place: string) => Promise<void>;
  /** The contender that stands in that folder, before this upstream. */
  readonly contender: (place: string, upstream: string) => Contender;
}

/** The token that its callers send, where it checks one. */
export const RIVAL_TOKEN = 'sk-the-token-of-the-measurements';

/** The key that it sends to its upstream, where it has one of its own. */
export const UPSTREAM_KEY = 'sk-of-the-server';

/** Runs an installer to its end. @throws what it printed. */
export async function runInstaller(command: string, args: readonly string[], cwd: string): Promise<void> {
  await promisify(execFile)(command, args, { cwd, maxBuffer: 64 * 1024 * 1024 });
}

/**
 * Whether a stream is this call's own and whole, however its events were rebuilt: some gateways repeat the model's name,
 * in which the mark stands too, in every event.
 */
export function isRebuiltStream(text: string, mark: string, events: number): boolean {
  const said = [...text.matchAll(/"content":\s*"(mark-\d+-)"/g)].map(([, each]) => each);
  return said.length === events && said.every((each) => each === mark) && /data: \[DONE\]\s*$/.test(text);
}
