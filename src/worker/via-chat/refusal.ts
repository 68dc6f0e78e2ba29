/** The 400 answers of a translation: each names its parameter, the reason, and a way out. */
import type { CodeUnder } from '../http/error-codes.ts';
import { GatewayError } from '../http/errors.ts';

/** A model name is the caller's own text: quoted back, but not at any length. */
const MODEL_MAX_CHARS = 100;

/** A value that the vendor's own endpoint refuses as well. */
export function invalid(param: string, code: CodeUnder<400>, message: string): GatewayError {
  return new GatewayError({ status: 400, code, param, message });
}

/**
 * What a request asks for and a chat model cannot give.
 * @param what reads on as "… is not supported".
 * @param cure what else the caller can do than leave it out: reads on behind "or".
 */
export function unsupported(
  model: string,
  param: string,
  what: string,
  cure: string,
  code: 'unsupported_parameter' | 'unsupported_value' = 'unsupported_parameter',
): GatewayError {
  return new GatewayError({
    status: 400,
    code,
    param,
    message: `${what} is not supported, because model '${model.slice(0, MODEL_MAX_CHARS)}' is served through chat completions. Leave it out, or ${cure}.`,
  });
}

/**
 * Plans a translation. What a scan takes at any depth, the functions that read and write it take to a depth of their own.
 * @throws {GatewayError} 400 for nesting too deep to write again, and what `plan` throws.
 */
export function refusingDepth<Plan>(plan: () => Plan): Plan {
  try {
    return plan();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new GatewayError({
      status: 400,
      code: 'invalid_json',
      message: 'The JSON body of your request is nested too deeply to be translated for a chat model.',
      cause: error,
    });
  }
}
