/** Writes the named events of one response, numbered. */

/** Counts the events of a stream and puts each into its form. */
export class EventWriter {
  #sequence = 0;

  /**
   * One event.
   * @param members the members between `type` and `sequence_number`, as JSON text without braces.
   */
  event(type: string, members: string): string {
    const between = members === '' ? '' : `${members},`;
    return `event: ${type}\ndata: {"type":"${type}",${between}${this.#end()}`;
  }

  /** One more piece of a text. Most events are such, so all of it that is the same each time is made once. */
  delta({ before, behind }: DeltaForm, delta: string): string {
    return before + JSON.stringify(delta) + behind + this.#end();
  }

  #end(): string {
    const end = `"sequence_number":${this.#sequence}}\n\n`;
    this.#sequence += 1;
    return end;
  }
}

/** What is the same in every piece of one text. */
export interface DeltaForm {
  readonly before: string;
  readonly behind: string;
}

/**
 * The form of the pieces of one text.
 * @param first the members before the piece, as JSON text without braces; likewise `last` those behind it.
 */
export function deltaForm(type: string, first: string, last: string): DeltaForm {
  const lead = first === '' ? '' : `${first},`;
  return { before: `event: ${type}\ndata: {"type":"${type}",${lead}"delta":`, behind: `,${last},` };
}
