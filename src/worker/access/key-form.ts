/**
 * The form of issued keys: `sk-nx-`, an id, a secret and a tag. Form and tag are judged here, without asking anybody, so
 * that a made-up key never reaches storage. What the id's own object holds, the digest, is the real check.
 */
import { createHash, createHmac } from 'node:crypto';

/** Such a token is never forwarded to an upstream, whatever the settings. */
const PREFIX = 'sk-nx-';

const ID_LENGTH = 10;
/** 190 random bits: a plain digest is enough to store, for nothing can be guessed. */
const SECRET_LENGTH = 32;
const TAG_LENGTH = 6;
/** The first bits of the HMAC, which fill six characters of base62. */
const TAG_BITS = 35;

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const FORM = new RegExp(
  `^${PREFIX}([0-9A-Za-z]{${ID_LENGTH}})([0-9A-Za-z]{${SECRET_LENGTH}})([0-9A-Za-z]{${TAG_LENGTH}})$`,
);

/** An issued key as it travels inside the gateway: never its value. */
export interface IssuedKey {
  /** Names the key's object, and the key in lists, logs and rows (`wireId`). */
  readonly id: string;
  /** SHA-256 of the whole value, in hex. */
  readonly digest: string;
}

/** A key that was just made. The value is shown once and kept nowhere. */
export interface NewKey extends IssuedKey {
  readonly value: string;
}

/** Whether a token claims to be an issued key. */
export function claimsToBeIssued(token: string): boolean {
  return token.startsWith(PREFIX);
}

/**
 * The issued key in a token; undefined where its form or its tag is wrong.
 * @param secrets KEYS_SECRET, and KEYS_SECRET_OLD while keys change over.
 */
export function readKey(token: string, secrets: readonly string[]): IssuedKey | undefined {
  const known = knownKeys.get(secrets)?.get(token);
  if (known !== undefined) return known;
  const key = verify(token, secrets);
  if (key !== undefined) remember(token, key, secrets);
  return key;
}

/**
 * Keys that this isolate has read, by the settings' own list of secrets: the two hashes cost as much as a tenth of a
 * call. Made-up keys are never among them, so nobody can fill it.
 */
const knownKeys = new WeakMap<readonly string[], Map<string, IssuedKey>>();
const MOST_KNOWN = 1000;

function remember(token: string, key: IssuedKey, secrets: readonly string[]): void {
  const known = knownKeys.get(secrets) ?? new Map<string, IssuedKey>();
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(token, key);
  knownKeys.set(secrets, known);
}

function verify(token: string, secrets: readonly string[]): IssuedKey | undefined {
  const [, id, secret, tag] = FORM.exec(token) ?? [];
  if (id === undefined || secret === undefined || tag === undefined) return undefined;
  if (!secrets.some((each) => equal(tagOf(each, id, secret), tag))) return undefined;
  return { id, digest: digestOf(token) };
}

/** Makes a key whose tag is of this secret. */
export function makeKey(keysSecret: string): NewKey {
  const id = randomText(ID_LENGTH);
  const secret = randomText(SECRET_LENGTH);
  const value = `${PREFIX}${id}${secret}${tagOf(keysSecret, id, secret)}`;
  return { id, value, digest: digestOf(value) };
}

/** What lists show of a key: its beginning and its last four characters. */
export function redactedKey(value: string): string {
  return `${PREFIX}...${value.slice(-4)}`;
}

/** Whether two texts of one length are equal, in a time that tells nothing of where they differ. */
export function equal(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < left.length; at++) difference |= left.charCodeAt(at) ^ right.charCodeAt(at);
  return difference === 0;
}

/** The name of a key on the wire, in lists and in logs. */
export function wireId(id: string): string {
  return `key_${id}`;
}

const WIRE_ID = new RegExp(`^(?:key_|svc_acct_)([0-9A-Za-z]{${ID_LENGTH}})$`);

/** The key's own id in such a name, or in that of its service account; undefined for another form. */
export function keyIdOf(wire: string): string | undefined {
  return WIRE_ID.exec(wire)?.[1];
}

/** SHA-256 of a text, in hex. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function tagOf(keysSecret: string, id: string, secret: string): string {
  const mac = createHmac('sha256', keysSecret).update('key').update(id).update(secret).digest();
  let bits = 0n;
  for (const byte of mac.subarray(0, 5)) bits = (bits << 8n) | BigInt(byte);
  bits >>= BigInt(40 - TAG_BITS);
  let text = '';
  for (let at = 0; at < TAG_LENGTH; at++) {
    text = (BASE62[Number(bits % 62n)] ?? '') + text;
    bits /= 62n;
  }
  return text;
}

/** By rejection: of 256 values of a byte the first 248 are four of each character. */
function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < 248 && text.length < length) text += BASE62[byte % 62];
    }
  }
  return text;
}
