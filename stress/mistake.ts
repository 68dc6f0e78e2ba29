/** What a run is there to find. */

/** Something that must not be, whatever was killed meanwhile. */
export class Mistake extends Error {
  override readonly name = 'Mistake';
}
