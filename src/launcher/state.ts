/** The folder that keeps issued keys, the ledger and recorded streams, and the secret that `npm start` makes in it. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Json } from 'miniflare';
import type { Plan } from './plan.ts';
import { PROJECT_ROOT } from './project.ts';
import { en, type LauncherWords } from './words-en.ts';

const SECRET_FILE = 'keys-secret';

/** Where the state folder lies unless STATE_DIR says otherwise; a relative STATE_DIR begins at `root`. */
export interface StatePlace {
  readonly root: string;
  readonly folder: string;
}

/** The place in a checkout. */
export const PROJECT_STATE: StatePlace = { root: PROJECT_ROOT, folder: '.nexcode' };

/** What the state folder came to. `folder` is undefined where nothing is kept. */
export interface State {
  readonly folder: string | undefined;
  /** Keys can be issued. */
  readonly issuesKeys: boolean;
  /** Streams can be taken up again. */
  readonly records: boolean;
  /** Bindings that stand in it, or follow from it. */
  readonly bindings: Readonly<Record<string, Json>>;
  /** Why keys and streams are off although they would be on. */
  readonly problem: string | undefined;
}

const NOTHING_KEPT: State = {
  folder: undefined,
  issuesKeys: false,
  records: false,
  bindings: {},
  problem: undefined,
};

/**
 * Prepares the folder where something is to be kept: keys (there is an API_TOKEN to issue them with, or a KEYS_SECRET), a
 * ledger, or streams, which a server that only this machine reaches records unless it is told not to. The secret is made
 * once, readable for its owner alone.
 */
export function prepareState(
  { settings, merged }: Plan,
  { root, folder: usual }: StatePlace,
  words: LauncherWords = en,
): State {
  const issues = settings.apiToken !== undefined || settings.keysSecrets.length > 0;
  const records = merged.bindings['RESUMABLE'] === undefined ? settings.localServer : settings.resumable;
  if (!issues && !settings.ledger && !records) return NOTHING_KEPT;
  const folder = resolve(root, typeof merged.stateDir === 'string' ? merged.stateDir : usual);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const hasOwn = settings.keysSecrets.length > 0 || settings.apiToken === undefined;
    const secret = hasOwn ? {} : { KEYS_SECRET: keysSecret(join(folder, SECRET_FILE)) };
    return {
      folder,
      issuesKeys: issues,
      records,
      bindings: { ...secret, RESUMABLE: String(records) },
      problem: undefined,
    };
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return {
      ...NOTHING_KEPT,
      bindings: { RESUMABLE: 'false' },
      problem: words.stateUnwritable(folder, reason, { issues, records }),
    };
  }
}

function keysSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const secret = randomBytes(32).toString('base64url');
    writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
    return secret;
  }
}
