/** The refusal of a query that cannot be used. */
import { GatewayError } from './errors.ts';

/** @param problem goes on behind "it": what the parameter must be. */
export function invalidQuery(param: string, problem: string): GatewayError {
  return new GatewayError({
    status: 400,
    code: 'invalid_value',
    param,
    message: `Invalid '${param}': it ${problem}.`,
  });
}
