/**
 * Character references (`&amp;`, `&#38;`) in text and addresses. The browser's own decoder is out of reach without
 * `innerHTML`, so the names are those that answers use; any other stays as it is written.
 */
const NAMED = new Map(
  (
    'amp:& lt:< gt:> quot:" apos:\' nbsp:\u00a0 ensp:\u2002 emsp:\u2003 thinsp:\u2009 shy:\u00ad copy:© reg:® trade:™ ' +
    'hellip:… mdash:— ndash:– lsquo:‘ rsquo:’ ldquo:“ rdquo:” laquo:« raquo:» bull:• middot:· times:× divide:÷ ' +
    'minus:− plusmn:± deg:° micro:µ para:¶ sect:§ euro:€ pound:£ yen:¥ cent:¢ larr:← uarr:↑ rarr:→ darr:↓ harr:↔ ' +
    'le:≤ ge:≥ ne:≠ infin:∞ colon:: Tab:\t NewLine:\n'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, entry.indexOf(':')), entry.slice(entry.indexOf(':') + 1)] as const),
);

const REFERENCE = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-zA-Z]+));/g;

/** The text with its character references replaced. https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(REFERENCE, (reference, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED.get(name) ?? reference;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
    const real = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return real ? String.fromCodePoint(code) : '\ufffd';
  });
}
