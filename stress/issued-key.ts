/** Keys that a run issues. */
import * as z from 'zod';
import { KEYED, PROJECT } from '../test/support/keys.ts';
import { API_TOKEN, bearer, JSON_TYPE } from '../test/support/surface.ts';
import type { MortalServer } from './mortal-server.ts';

/** What the operator's requests carry. */
export const AS_OPERATOR = { ...bearer(API_TOKEN), ...JSON_TYPE };

/** The settings of a server that issues keys, with holds whose term is short enough to be waited for. */
export function issuing(upstream: string) {
  return { ...KEYED, OPENAI_API_BASE: upstream, SELF_HOSTED: 'true', HOLD_SECONDS: '5' };
}

/** A key as it is wanted. */
export interface WantedKey {
  readonly name: string;
  /** None of its admissions may be lost. */
  readonly isDurable: boolean;
  /** What it may spend, USD. */
  readonly cap: number;
}

/** An issued key. */
export interface IssuedKey extends WantedKey {
  readonly id: string;
  readonly value: string;
}

const issuedSchema = z.object({ api_key: z.object({ id: z.string(), value: z.string() }) });

/** Issues a key. */
export async function issueKey(server: MortalServer, wanted: WantedKey): Promise<IssuedKey> {
  const { name, isDurable, cap } = wanted;
  const answer = await server.ask(`${PROJECT}/service_accounts`, {
    headers: AS_OPERATOR,
    body: JSON.stringify({ name, limits: { durable: isDurable, budget: { usd: cap, period: 'total' } } }),
  });
  return { ...wanted, ...issuedSchema.parse(await answer.json()).api_key };
}
