/** The client's end of a pipe that the runtime pumps, held so that something can still be said behind it. */

/** Whether the client's side is gone. A stream that is still good stays pending here, so that the second promise wins. */
export async function isClosed(writable: WritableStream<Uint8Array>): Promise<boolean> {
  const writer = writable.getWriter();
  const closed = await Promise.race([
    writer.closed.then(
      () => true,
      () => true,
    ),
    scheduler.wait(0).then(() => false),
  ]);
  writer.releaseLock();
  return closed;
}

/** Writes the last bytes and closes; false when the client has left. */
export async function conclude(writable: WritableStream<Uint8Array>, text: string): Promise<boolean> {
  const writer = writable.getWriter();
  try {
    if (text !== '') await writer.write(new TextEncoder().encode(text));
    await writer.close();
    return true;
  } catch {
    return false;
  }
}
