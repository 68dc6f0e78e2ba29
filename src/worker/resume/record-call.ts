/** Has a call served, and its answer recorded, by the first of its owner's objects that has room. */

import { FULL_HEADER, type HandedOver, handedOver } from './handover.ts';
import { streamServiceUnavailable } from './refusals.ts';
import { slotCount, slotSize } from './stream-id.ts';
import { type StreamService, streamService } from './stream-service.ts';

/** A call to be recorded. */
export interface RecordedCall {
  readonly request: Request;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly owner: string;
  readonly settled: Pick<HandedOver, 'requestId' | 'payer' | 'host'>;
  /** The most streams of one owner at a time. */
  readonly most: number;
}

/** The answer, and the object that gave it. */
export interface RecordedAnswer {
  readonly answer: Response;
  readonly service: StreamService;
}

/**
 * The recorded answer; undefined where every object of the owner is full, and nobody was asked.
 * @throws {GatewayError} 503 `stream_service_unavailable` where an object fails: the upstream may have been asked, and
 * is not asked again.
 */
export async function recordCall(
  { request, body, owner, settled, most }: RecordedCall,
  env: Readonly<Record<string, unknown>>,
): Promise<RecordedAnswer | undefined> {
  for (let slot = 0; slot < slotCount(most); slot += 1) {
    const service = streamService(env, owner, slot);
    const handed = handedOver(request, body, { ...settled, slot, most: slotSize(slot, most) });
    const answer = await service.fetch(handed).catch((cause: unknown) => {
      throw streamServiceUnavailable(cause);
    });
    if (!answer.headers.has(FULL_HEADER)) return { answer, service };
    await answer.body?.cancel();
  }
  return undefined;
}
