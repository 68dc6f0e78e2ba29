/** Which key is meant: by its id, or by its name where that is clear. */
import { CommandError } from './exit.ts';
import type { Words } from './words.ts';

interface NamedKey {
  readonly id: string;
  readonly name: string;
  readonly revoked_at?: number | null | undefined;
}

/**
 * The id of the key that was said.
 * @param readKeys is called where the text is no id: keys that were revoked are not found by their name.
 * @throws {CommandError} for a name that no key has, or more than one.
 */
export async function keyIdFor(
  said: string,
  readKeys: () => Promise<readonly NamedKey[]>,
  words: Words,
): Promise<string> {
  if (/^(?:key|svc_acct)_[0-9A-Za-z]+$/.test(said)) return said.replace(/^svc_acct_/, 'key_');
  const found = (await readKeys()).filter(
    ({ name, revoked_at: revoked }) => name === said && revoked == null,
  );
  const [first, ...others] = found;
  if (first === undefined) throw new CommandError(words.noSuchKey(said));
  if (others.length > 0) throw new CommandError(words.manyKeys(said, found.map(({ id }) => id).join(', ')));
  return first.id;
}
