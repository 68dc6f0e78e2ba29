/** A message's header fields, read by name. */

/** What reads them: a `Headers`, or a map of them by lower-case name. */
export interface HeaderFields {
  get(name: string): string | null | undefined;
  forEach(see: (value: string, name: string) => void): void;
}

/**
 * Copies them out of the runtime once. A request is asked for ten of its fields, and each question to the runtime
 * costs about as much as the whole copy of a short message.
 */
export function headerFields(headers: Headers): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  headers.forEach((value, name) => {
    fields.set(name, value);
  });
  return fields;
}

/** The same fields but for one. */
export function withoutField(fields: HeaderFields, name: string): HeaderFields {
  const rest = new Map<string, string>();
  fields.forEach((value, field) => {
    if (field !== name) rest.set(field, value);
  });
  return rest;
}
