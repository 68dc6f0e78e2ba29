/** The bound on bodies that have to become objects: those that are translated, or that the assistant reads. */
import { GatewayError } from './errors.ts';
import type { JsonScan } from './json/scan.ts';

/** Ten times the longest conversations; as objects a body takes several times its bytes. */
const LONGEST_PARSED_BYTES = 8 * 1024 * 1024;

/** A value costs memory however short it is. */
const MOST_PARSED_VALUES = 200_000;

/**
 * Checks that a body may be parsed as a whole.
 * @throws {GatewayError} 413 `request_too_large` for more than an isolate can hold for many requests at once.
 */
export function requireParseable(bytes: Uint8Array, { values }: JsonScan): void {
  if (bytes.length <= LONGEST_PARSED_BYTES && values <= MOST_PARSED_VALUES) return;
  throw new GatewayError({
    status: 413,
    code: 'request_too_large',
    message: `This request has to be read as a whole, and holds more than the gateway reads so: at most ${LONGEST_PARSED_BYTES} bytes and ${MOST_PARSED_VALUES} JSON values. Send less, or ask a model whose upstream has this endpoint, which gets the body as it is.`,
  });
}
