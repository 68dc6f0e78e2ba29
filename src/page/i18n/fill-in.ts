/** Texts by key, with `{name}` placeholders filled in. Pure. */

export type Speak<Key extends string> = (
  key: Key,
  values?: Readonly<Record<string, string | number>>,
) => string;

/** Speaks these words. A key whose dictionary is not loaded yet is an ellipsis for the moment: no button is without a word. */
export function fillIn<Key extends string>(words: Readonly<Partial<Record<Key, string>>>): Speak<Key> {
  return (key, values = {}) =>
    (words[key] ?? '…').replace(
      /\{(\w+)\}/g,
      (placeholder, name: string) => `${values[name] ?? placeholder}`,
    );
}
