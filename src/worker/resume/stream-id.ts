/** The names of resumable streams: `st_`, the slot in two hex digits, and 128 random bits in hex. */
import { hex } from '../http/bytes.ts';

/** How many streams one object records at a time. */
const RUNNING_PER_SLOT = 16;

/** A stream's name, read. */
export interface StreamId {
  readonly id: string;
  /** Which of its owner's objects has it. */
  readonly slot: number;
}

const FORM = /^st_([0-9a-f]{2})[0-9a-f]{32}$/;

/** How many objects an owner may have. @param max the most streams of one owner at a time. */
export function slotCount(max: number): number {
  return Math.ceil(max / RUNNING_PER_SLOT);
}

/** How many streams a slot may record at a time. @param max the most streams of one owner at a time. */
export function slotSize(slot: number, max: number): number {
  return Math.min(RUNNING_PER_SLOT, max - slot * RUNNING_PER_SLOT);
}

/** Makes a name that nobody can guess. */
export function makeStreamId(slot: number): string {
  return `st_${hex(new Uint8Array([slot]))}${hex(crypto.getRandomValues(new Uint8Array(16)))}`;
}

/**
 * Reads a name; undefined for another form, or a slot that there cannot be: no object is asked for it.
 * @param max the most streams of one owner at a time.
 */
export function readStreamId(text: string, max: number): StreamId | undefined {
  const [, digits] = FORM.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const slot = Number.parseInt(digits, 16);
  return slot < slotCount(max) ? { id: text, slot } : undefined;
}
