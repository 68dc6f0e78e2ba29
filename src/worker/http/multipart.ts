/** One field of a multipart form (RFC 7578), found without a byte being copied or changed. */

/** Where a field's value stands in the body: from `start` up to `end`. */
export interface FieldPlace {
  readonly start: number;
  readonly end: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const HEAD_END = encoder.encode('\r\n\r\n');
const DASH = 0x2d;

/** The boundary that a `Content-Type` names; undefined where it names none. */
export function boundaryOf(contentType: string): string | undefined {
  const found = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType);
  return found?.[1] ?? found?.[2];
}

/**
 * The first field of a name.
 * @returns undefined where the form has none, `malformed` for a body that is no whole form.
 */
export function formField(
  bytes: Uint8Array,
  boundary: string,
  name: string,
): FieldPlace | undefined | 'malformed' {
  const found = formFields(bytes, boundary, name, 1);
  return found === 'malformed' ? found : found[0];
}

/**
 * The fields of a name, in their order.
 * @param most no more of them are looked for.
 * @returns `malformed` for a body that is no whole form.
 */
export function formFields(
  bytes: Uint8Array,
  boundary: string,
  name: string,
  most = Number.POSITIVE_INFINITY,
): readonly FieldPlace[] | 'malformed' {
  const found: FieldPlace[] = [];
  const delimiter = encoder.encode(`\r\n--${boundary}`);
  // The first one begins the body, where nothing stands before it.
  const isAtStart = isAt(bytes, delimiter.subarray(2), 0);
  let behind = isAtStart ? delimiter.length - 2 : behindFirst(bytes, delimiter, 0);
  while (behind !== undefined) {
    if (bytes[behind] === DASH && bytes[behind + 1] === DASH) return found;
    const start = behindFirst(bytes, HEAD_END, behind);
    const next = start === undefined ? undefined : behindFirst(bytes, delimiter, start);
    if (start === undefined || next === undefined) return 'malformed';
    const head = decoder.decode(bytes.subarray(behind, start));
    if (nameOf(head) === name) found.push({ start, end: next - delimiter.length });
    if (found.length === most) return found;
    behind = next;
  }
  return 'malformed';
}

/** The `name` of a part; what stands within quotes is no parameter. */
function nameOf(head: string): string | undefined {
  const found =
    /^content-disposition:(?:"(?:[^"\\\r\n]|\\.)*"|[^"\r\n])*?;\s*name=(?:"([^"\r\n]*)"|'([^'\r\n]*)'|([^\s;"]+))/im.exec(
      head,
    );
  return found?.slice(1).find((name) => name !== undefined);
}

/** The place behind the first occurrence of a text from `from` on. */
function behindFirst(bytes: Uint8Array, text: Uint8Array, from: number): number | undefined {
  const [first = 0] = text;
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (isAt(bytes, text, at)) return at + text.length;
  }
  return undefined;
}

function isAt(bytes: Uint8Array, text: Uint8Array, at: number): boolean {
  return text.every((byte, offset) => bytes[at + offset] === byte);
}
