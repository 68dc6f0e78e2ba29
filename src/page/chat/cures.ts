/** What a failure card says and offers, by the kind of the failure. Pure. */
import type { FailureKind } from '../api/failure.ts';
import type { MessageKey } from '../i18n/translate.ts';

/** What the reader can do about a failure, each a button. */
export type Cure =
  | 'continue'
  | 'retry'
  | 'sign-in'
  | 'key'
  | 'model'
  | 'parameters'
  | 'assistant'
  | 'new-chat'
  | 'reload'
  | 'usage';

const CASES: Readonly<Record<FailureKind, readonly [MessageKey, ...Cure[]]>> = {
  session: ['failSession', 'sign-in', 'key'],
  key: ['failKey', 'key', 'retry', 'assistant'],
  server_key: ['failServerKey', 'key', 'assistant', 'retry'],
  client_keys: ['failClientKeys', 'key', 'retry', 'assistant'],
  key_model: ['failKeyModel', 'model', 'retry', 'assistant'],
  forbidden: ['failForbidden', 'retry', 'assistant'],
  rate: ['failRate', 'retry', 'assistant'],
  quota: ['failQuota', 'key', 'assistant', 'retry'],
  model: ['failModel', 'model', 'retry', 'assistant'],
  context: ['failContext', 'new-chat', 'model'],
  too_large: ['failTooLarge', 'new-chat'],
  parameter: ['failParameter', 'parameters', 'model', 'retry'],
  misconfigured: ['failMisconfigured', 'retry'],
  outdated: ['failOutdated', 'reload', 'retry'],
  server: ['failServer', 'retry', 'assistant'],
  timeout: ['failTimeout', 'retry', 'assistant'],
  cut: ['failCut', 'retry'],
  gone: ['failGone', 'retry'],
  busy: ['failBusy', 'retry'],
  network: ['failNetwork', 'retry'],
  offline: ['failOffline', 'retry'],
  filter: ['failFilter', 'retry'],
};

/** The budget is that of the issued key that is signed in. */
const HOLDER_QUOTA = ['failHolderQuota', 'usage', 'retry'] as const satisfies readonly [
  MessageKey,
  ...Cure[],
];

/** What is known of the reader and of the answer that failed. */
export interface Patient {
  /** Text of the answer has arrived. */
  readonly hasText: boolean;
  readonly signedIn: boolean;
  readonly canSignIn: boolean;
  readonly hasKey: boolean;
  readonly takesKeys: boolean;
  /** Signed in with an issued key, and with no key of their own. */
  readonly isHolder: boolean;
  /** The built-in assistant was asked already. */
  readonly askedAssistant: boolean;
}

/** The sentence of the card, and its buttons in their order: what has arrived is gone on with before it is asked for anew. */
export function treatment(kind: FailureKind, patient: Patient): readonly [MessageKey, readonly Cure[]] {
  const [words, ...cures] = kind === 'quota' && patient.isHolder ? HOLDER_QUOTA : CASES[kind];
  const isBack = kind === 'session' && patient.signedIn;
  const offered: readonly Cure[] = isBack ? ['retry'] : cures;
  const possible = offered.filter(
    (cure) =>
      (cure !== 'assistant' || !patient.askedAssistant) &&
      (cure !== 'key' || patient.hasKey || patient.takesKeys) &&
      (cure !== 'sign-in' || patient.canSignIn),
  );
  const all: readonly Cure[] = patient.hasText ? ['continue', ...possible] : possible;
  return [isBack ? 'failSessionBack' : words, all.length > 0 ? all : ['retry']];
}

/** The cures that ask the server again, and have to wait where it said so. */
export function asksAgain(cure: Cure): boolean {
  return cure === 'continue' || cure === 'retry';
}
