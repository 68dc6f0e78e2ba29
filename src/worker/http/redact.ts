/** Keeps keys and tokens out of texts: of the Worker's answers and log, and of what the command line prints. Pure. */
import { KEY_LIKE } from '../../shared/contract.ts';

/** What takes the place of a secret. */
const REDACTED = '[redacted]';

/** What looks like a vendor's key, wherever it may have strayed to: a path, a model's name. */
const LOOKS_LIKE_A_KEY = new RegExp(KEY_LIKE, 'gi');

/**
 * Replaces secrets in a text, wherever they stand and however they are spelled: as they are, with any of their
 * characters escaped as in JSON (`\\/`, `\\u0073`, also in JSON inside JSON), percent-encoded, or as HTML's numbers.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const isPlain = !/[\\%&]/.test(text);
  return secrets.reduce((clean, secret) => {
    if (secret === '') return clean;
    return isPlain ? clean.replaceAll(secret, REDACTED) : clean.replace(spellingsOf(secret), REDACTED);
  }, text);
}

/** The patterns of the secrets met last, for the server's come again and again. */
const patterns = new Map<string, RegExp>();
const MOST_PATTERNS = 100;

function spellingsOf(secret: string): RegExp {
  const known = patterns.get(secret);
  if (known !== undefined) return known;
  const pattern = new RegExp(
    Array.from({ length: secret.length }, (_, at) => spellings(secret, at)).join(''),
    'g',
  );
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  patterns.set(secret, pattern);
  return pattern;
}

/** What one character may look like. Each repetition is bounded, so that a text of backslashes is read once. */
function spellings(secret: string, at: number): string {
  const code = secret.charCodeAt(at);
  const hex = eitherCase(code.toString(16).padStart(2, '0'));
  const plain = secret.charAt(at).replace(/[^\w]/, '\\$&');
  const escaped = `\\\\{0,8}${plain}|\\\\{1,8}u${eitherCase(code.toString(16).padStart(4, '0'))}`;
  return `(?:${escaped}|%(?:25){0,3}${hex}|&#(?:[xX]0{0,4}${hex}|0{0,4}${code});)`;
}

function eitherCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** Whether a plain text, one without any encoding, holds a secret or what looks like a vendor's key. */
export function holdsSecret(text: string, secrets: readonly string[]): boolean {
  return text.search(LOOKS_LIKE_A_KEY) !== -1 || secrets.some((secret) => text.includes(secret));
}

/**
 * A text without secrets and without what looks like a vendor's key. What is percent-encoded so that it holds one is left
 * out as a whole.
 */
export function withoutSecrets(value: string, secrets: readonly string[]): string {
  const plain = percentDecoded(value);
  // Percent-encoding has more than one spelling, so an encoded secret is looked for in the decoded text.
  if (plain !== value && (redact(plain, secrets) !== plain || plain.search(LOOKS_LIKE_A_KEY) !== -1))
    return REDACTED;
  return redact(value, secrets).replace(LOOKS_LIKE_A_KEY, REDACTED);
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
