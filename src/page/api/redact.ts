import { KEY_LIKE } from '../../shared/contract.ts';

/** Keys never appear in what is shown, kept or exported, wherever an error text may have picked them up. */
const LOOKS_LIKE_A_KEY = new RegExp(
  // What follows "Bearer" in advice (KEY, YOUR_API_KEY, sk-..., auth) has neither a digit nor the length of a token.
  String.raw`${KEY_LIKE}|\bBearer\s+(?=[^\s"',]*\d|[^\s"',]{20}|[^\s"',]*[^\s"',.]\.[^\s"',.])[^\s"',]+`,
  'gi',
);

/** Takes `secret` and everything that looks like a key out of a text. */
export function redact(text: string, secret: string | null): string {
  const without = secret ? text.replaceAll(secret, maskKey(secret)) : text;
  return without.replace(LOOKS_LIKE_A_KEY, (found) => (found === maskKey(secret ?? '') ? found : '***'));
}

/** The only form in which a key is shown: `sk-...abcd`. A short one shows nothing of itself. */
export function maskKey(key: string): string {
  return key.length >= 12 ? `${key.slice(0, 3)}...${key.slice(-4)}` : '***';
}
