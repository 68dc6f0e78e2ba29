/** Writes the named events of one response, numbered. */

/** Counts the events of a stream and puts each into its form. */
export class EventWriter {
  #sequence = 0;

  /**
   * One event.
   * @param members the members between `type` and `sequence_number`, as JSON text without braces.
   */
  event(type: string, members: string): string {
    const sequence = this.#sequence;
    this.#sequence += 1;
    const between = members === '' ? '' : `${members},`;
    return `event: ${type}\ndata: {"type":"${type}",${between}"sequence_number":${sequence}}\n\n`;
  }
}
