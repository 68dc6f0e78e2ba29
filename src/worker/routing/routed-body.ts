/** The model in the body of an endpoint that the gateway otherwise knows nothing of. */
import { setMembers } from '../http/json/members.ts';
import { outlineOf } from '../http/json/outline.ts';
import { isRecord, parseJson } from '../http/json/read.ts';

/** The model that a JSON body names, if it names one. */
export function modelIn(body: Uint8Array<ArrayBuffer>): string | undefined {
  const members = parseJson(new TextDecoder().decode(outlineOf(body)));
  const model = isRecord(members) ? members['model'] : undefined;
  return typeof model === 'string' && model !== '' ? model : undefined;
}

/** The same body with the model's name at the target; the same bytes where that is the name it has. */
export function withModel(
  body: Uint8Array<ArrayBuffer>,
  asked: string,
  model: string,
): Uint8Array<ArrayBuffer> {
  return model === asked ? body : setMembers(body, { model: JSON.stringify(model) });
}
