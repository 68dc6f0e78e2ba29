/** Waiting for something, but not for ever. */

/**
 * What a promise comes to, or `late` where that takes longer. The promise itself goes on.
 * @param limitMs in milliseconds.
 * @throws what the promise rejects with in time.
 */
export async function within<Value, Late>(
  promise: Promise<Value>,
  limitMs: number,
  late: Late,
): Promise<Value | Late> {
  const passed = Promise.withResolvers<Late>();
  const timer = setTimeout(() => passed.resolve(late), limitMs);
  try {
    return await Promise.race([promise, passed.promise]);
  } finally {
    clearTimeout(timer);
  }
}
