/** A call that is handed to the object which records its answer, and served there as here. */
import type { Payer } from '../access/decide.ts';
import type { GatewayError } from '../http/errors.ts';
import { isRecord, parseJson } from '../http/json/read.ts';

/** What was settled about a request before it was handed over. */
export interface HandedOver {
  readonly requestId: string;
  readonly payer: Payer;
  /** The `Host` header: the runtime writes its own one on the way to the object. */
  readonly host: string;
  /** How many streams this object may record at a time. */
  readonly most: number;
  readonly slot: number;
}

/** What the object adds for those who serve it. */
export interface Handover extends HandedOver {
  /** Resolves with what the readers are told when the answer is to end. */
  readonly halted: Promise<GatewayError>;
  /** Settles when the answer is recorded whole, or is not recorded. */
  readonly recorded: Promise<void>;
}

/** Travels between the Worker and its own object alone. */
const HANDOVER_HEADER = 'x-nexcode-handover';

/** The object's word that it records as many streams as it may: nothing was asked of anybody. */
export const FULL_HEADER = 'x-nexcode-full';

/** Says which endpoint's stream a replay is. Never leaves the Worker. */
export const ENDPOINT_HEADER = 'x-nexcode-endpoint';

const handovers = new WeakMap<Request, Handover>();

/** The request as the object gets it. @param body its bytes. */
export function handedOver(request: Request, body: Uint8Array<ArrayBuffer>, handover: HandedOver): Request {
  const headers = new Headers(request.headers);
  headers.set(HANDOVER_HEADER, JSON.stringify(handover));
  headers.delete('content-length');
  return new Request(request.url, { method: request.method, headers, body });
}

/** Reads what was settled. Only the Worker reaches the object, and it always says it. */
export function readHandedOver(request: Request): HandedOver {
  const said = parseJson(request.headers.get(HANDOVER_HEADER) ?? '');
  if (!isRecord(said)) throw new Error('A call was handed over without what was settled about it.');
  return said as unknown as HandedOver;
}

/** The request that is served in the object. @param leaves aborts where the client leaves before there is an answer. */
export function takenOver(request: Request, handover: Handover, leaves: AbortSignal): Request {
  const headers = new Headers(request.headers);
  headers.delete(HANDOVER_HEADER);
  headers.set('host', handover.host);
  const { url, method, body } = request;
  const inner = new Request(url, { method, headers, body, signal: leaves });
  handovers.set(inner, handover);
  return inner;
}

/** What is known of a request that is served in an object; undefined for any other. */
export function handoverOf(request: Request): Handover | undefined {
  return handovers.get(request);
}
