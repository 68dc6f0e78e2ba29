/** Changing a few top-level members of a JSON object without touching any other byte of it. */
import { concat } from '../bytes.ts';
import { MemberNames, scanJson } from './scan.ts';

const encoder = new TextEncoder();

/**
 * Sets top-level members of a JSON object and keeps everything else byte for byte: number literals, duplicate keys,
 * white space, invalid UTF-8.
 * @param bytes UTF-8 of a JSON object that has been scanned; a BOM may stand before it.
 * @param members member names and their new values as JSON text. A member that exists, however often, gets the value
 * in its place; one that does not is written first.
 */
export function setMembers(
  bytes: Uint8Array<ArrayBuffer>,
  members: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const scan = scanJson(bytes, new MemberNames(Object.keys(members)));
  if (scan.kind !== 'json') throw new Error('The members of what is no JSON object were to be set.');
  const found = new Set(scan.members.map(({ name }) => name));
  const missing = Object.entries(members).filter(([name]) => !found.has(name));

  const behindBrace = scan.root.start + 1;
  const parts: Uint8Array[] = [bytes.subarray(0, behindBrace)];
  if (missing.length > 0) {
    const text = missing.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',');
    parts.push(encoder.encode(scan.values === 1 ? text : `${text},`));
  }
  let kept = behindBrace;
  for (const { name, start, end } of scan.members) {
    parts.push(bytes.subarray(kept, start), encoder.encode(members[name] ?? 'null'));
    kept = end;
  }
  parts.push(bytes.subarray(kept));
  return concat(parts);
}
