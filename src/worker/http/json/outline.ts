/** A body as far as decisions need it: the members that were asked for, without what lies inside the large ones. */
import type { JsonScan, Member } from './scan.ts';

/** A longer value holds nothing that a gateway decides by. */
const LONGEST_VALUE_BYTES = 4096;

/** What stands for a longer value: one of the same type, and no name of anything. */
const STAND_INS: ReadonlyMap<string, string> = new Map([
  // Longer than any name may be.
  ['"', `"${'-'.repeat(300)}"`],
  ['[', '[]'],
  ['{', '{}'],
]);

const decoder = new TextDecoder();

/**
 * The JSON text of an object with the members that the scan was asked for, or of another value of the same type where
 * the whole is no object. Members that are counted are empty, whatever they hold.
 * @param longestBytes the longest value that stands there as it is.
 */
export function outlineText(
  bytes: Uint8Array,
  { root, members }: JsonScan,
  emptied: ReadonlySet<string>,
  longestBytes = LONGEST_VALUE_BYTES,
): string {
  const valueText = ({ start, end }: Member, isEmptied: boolean): string => {
    const type = String.fromCharCode(bytes[start] ?? 0);
    const isShort = end - start <= longestBytes && !(isEmptied && (type === '[' || type === '{'));
    if (isShort) return decoder.decode(bytes.subarray(start, end));
    // A number of thousands of digits is a number still.
    return STAND_INS.get(type) ?? '1';
  };
  if (bytes[root.start] !== 0x7b) return valueText(root, false);
  const texts = members.map(
    (member) => `${JSON.stringify(member.name)}:${valueText(member, emptied.has(member.name))}`,
  );
  return `{${texts.join(',')}}`;
}
