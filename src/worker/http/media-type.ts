/** Media types, as far as anything is decided by them. */

/** The media type in lower case, without parameters (RFC 9110, section 8.3.1). */
export function mediaType(contentType: string | null | undefined): string {
  return (contentType?.split(';')[0] ?? '').trim().toLowerCase();
}

/** Whether a media type means JSON. */
export function isJson(type: string): boolean {
  return /^application\/(?:[\w.-]+\+)?json$/.test(type);
}
