/** Work that must come to an end. */

/** What the work comes to. Throws an error with the text `otherwise` when it has not after `limitMs` milliseconds. */
export async function inTime<Value>(
  work: Promise<Value>,
  limitMs: number,
  otherwise: string,
): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(otherwise)), limitMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
