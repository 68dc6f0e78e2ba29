/** Ids that nobody can guess and nobody has had before. */

/** A prefix and 32 random hexadecimal digits. */
export function randomId(prefix: string): string {
  return prefix + crypto.randomUUID().replaceAll('-', '');
}
