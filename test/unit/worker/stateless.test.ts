/** What payers who are held to stateless endpoints may say: nothing that is kept, and nothing that reads what is. */

import { describe, expect, test } from 'vitest';
import type { Payer } from '../../../src/worker/access/decide.ts';
import {
  isHeldToStateless,
  lookedAt,
  refuseState,
  unstoredMembers,
} from '../../../src/worker/access/stateless.ts';
import { defaultUpstream } from '../../../src/worker/config/upstream.ts';
import { GatewayError } from '../../../src/worker/http/errors.ts';
import { MemberNames, scanJson } from '../../../src/worker/http/json/scan.ts';
import { settingsWith } from '../../support/settings.ts';

const RESPONSES = '/v1/responses';
const CHAT = '/v1/chat/completions';

function scanned(path: string, text: string) {
  const bytes = new TextEncoder().encode(text);
  const scan = scanJson(bytes, lookedAt('POST', path) ?? new MemberNames([]));
  if (scan.kind !== 'json') throw new Error(`no JSON: ${scan.kind}`);
  return { bytes, scan };
}

/** The parameter that is refused and the message, or undefined where nothing is. */
function refusal(path: string, text: string): readonly [string | null, string] | undefined {
  const { bytes, scan } = scanned(path, text);
  try {
    refuseState('POST', path, bytes, scan);
    return undefined;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    expect([error.status, error.fields.code]).toEqual([400, 'stateless_only']);
    return [error.fields.param, error.fields.message];
  }
}

const KEYED = settingsWith({ OPENAI_API_KEY: 'sk-upstream' });
const KEYLESS = settingsWith({});

test.each<[Payer, boolean, boolean]>([
  [{ pays: 'server', by: 'open' }, true, false],
  [{ pays: 'server', by: 'session' }, true, false],
  [{ pays: 'server', by: 'key', id: 'i', digest: 'd' }, true, true],
  [{ pays: 'server', by: 'token' }, false, false],
  [{ pays: 'client', key: 'sk-x', placeholder: false }, false, false],
])('%j is held to it before a key of the server: %s, without one: %s', (payer, keyed, keyless) => {
  expect([isHeldToStateless(payer, KEYED), isHeldToStateless(payer, KEYLESS)]).toEqual([keyed, keyless]);
});

describe('refused', () => {
  test.each([
    [RESPONSES, '{"store":true}', 'store'],
    [RESPONSES, '{"store":1}', 'store'],
    [RESPONSES, '{"store":"true"}', 'store'],
    [RESPONSES, '{"store":true,"store":false}', 'store'],
    [RESPONSES, '{"store":false,"store":true}', 'store'],
    [RESPONSES, '{"st\\u006fre":true}', 'store'],
    [RESPONSES, '{"background":true,"store":false}', 'background'],
    [RESPONSES, '{"previous_response_id":"resp_1"}', 'previous_response_id'],
    [RESPONSES, '{"previous_response_id":false}', 'previous_response_id'],
    [RESPONSES, '{"conversation":"conv_1"}', 'conversation'],
    [RESPONSES, '{"conversation":{"id":"conv_1"}}', 'conversation'],
    [RESPONSES, '{"prompt":{"id":"pmpt_1"}}', 'prompt'],
    [RESPONSES, '{"tools":[{"type":"file_search","vector_store_ids":["vs_1"]}]}', 'tools'],
    [RESPONSES, '{"tools":[{"type":"\\u0066ile_search"}]}', 'tools'],
    [RESPONSES, '{"tools":[{"t\\u0079pe":"file_search"}]}', 'tools'],
    [RESPONSES, `{"tools":[${'{"type":"x"},'.repeat(99)}{"type":"file_search"}]}`, 'tools'],
    [RESPONSES, '{"tools":[{"type":"code_interpreter","container":{"type":"auto"}}]}', 'tools'],
    [RESPONSES, '{"tools":[{"type":"shell","environment":{"type":"container_auto"}}]}', 'tools'],
    [RESPONSES, '{"tools":[{"type":"image_generation","input_image_mask":{"file_id":"file-1"}}]}', 'tools'],
    [RESPONSES, '{"input":[{"type":"item_reference","id":"msg_1"}]}', 'input'],
    [RESPONSES, '{"input":[{"content":[{"type":"input_file","file_id":"file-1"}]}]}', 'input'],
    [RESPONSES, '{"input":[{"content":[{"type":"input_image","fil\\u0065_id":"file-1"}]}]}', 'input'],
    [RESPONSES, '{"input":[{"type":"additional_tools","tools":[{"type":"file_search"}]}]}', 'input'],
    [CHAT, '{"store":true}', 'store'],
    [CHAT, '{"messages":[{"content":[{"type":"file","file":{"file_id":"file-1"}}]}]}', 'messages'],
    ['/v1/completions', '{"store":true}', 'store'],
    ['/v1/images/edits', '{"images":[{"file_id":"file-1"}]}', 'images'],
    ['/v1/images/edits', '{"mask":{"file_id":"file-1"}}', 'mask'],
  ])('%s %s', (path, text, param) => {
    const [named, message] = refusal(path, text) ?? [];
    expect(named).toBe(param);
    expect(message).toMatch(/API_TOKEN/);
  });
});

describe('allowed', () => {
  test.each([
    [RESPONSES, '{}'],
    [RESPONSES, '{"store":false,"background":false,"previous_response_id":null,"conversation":null}'],
    [RESPONSES, '{"store":null,"prompt":null,"background":null}'],
    [RESPONSES, '{"prompt":"a text"}'],
    [RESPONSES, '{"input":"store, file_id, previous_response_id"}'],
    [RESPONSES, '{"metadata":{"store":true,"previous_response_id":"x","file_id":"x"}}'],
    [RESPONSES, '{"tools":[{"type":"web_search"},{"type":"shell","environment":{"type":"local"}}]}'],
    [
      RESPONSES,
      '{"tools":[{"type":"function","parameters":{"properties":{"file_id":{"type":"string","default":"x"}}}}]}',
    ],
    [
      CHAT,
      '{"tools":[{"type":"function","function":{"parameters":{"examples":[{"file_id":"x"}]}}}],"store":false}',
    ],
    [RESPONSES, '{"input":[{"type":"code_interpreter_call","container_id":"c"},{"file_data":"x"}]}'],
    [CHAT, '{"previous_response_id":"x","conversation":"y","prompt":"z"}'],
    ['/v1/completions', '{"prompt":"x","store":null}'],
    ['/v1/images/edits', '{"images":[{"image_url":"data:x"}],"prompt":"file_id"}'],
    ['/v1/embeddings', '{"store":true}'],
  ])('%s %s', (path, text) => {
    expect(refusal(path, text)).toBeUndefined();
  });
});

describe('what is filled in', () => {
  const at = (base?: string) => defaultUpstream(settingsWith({ OPENAI_API_BASE: base }).routing.upstreams);
  const filled = (text: string, model = 'gpt-4.1', base = 'http://127.0.0.1:9/v1') => {
    const { bytes, scan } = scanned(RESPONSES, text);
    return unstoredMembers(bytes, scan, model, at(base));
  };
  const REASONING = '["reasoning.encrypted_content"]';

  test.each([
    ['{}', 'gpt-4.1', { store: 'false' }],
    ['{"store":null}', 'gpt-4.1', { store: 'false' }],
    ['{"store":false,"store":null}', 'gpt-4.1', { store: 'false' }],
    ['{"store":false}', 'gpt-5', {}],
    ['{}', 'gpt-5.1', { store: 'false', include: REASONING }],
    ['{}', 'openai/o4-mini', { store: 'false', include: REASONING }],
    ['{}', 'gpt-5-chat-latest', { store: 'false' }],
    ['{"include":null}', 'o3', { store: 'false', include: REASONING }],
    [
      '{"include":["message.output_text.logprobs"]}',
      'o3',
      { store: 'false', include: '["message.output_text.logprobs","reasoning.encrypted_content"]' },
    ],
    [`{"include":${REASONING}}`, 'o3', { store: 'false' }],
    ['{"include":"x"}', 'o3', { store: 'false' }],
  ])('%s for %s', (text, model, members) => {
    expect(filled(text, model)).toEqual(members);
  });

  test.each([
    ['https://api.openai.com/v1', { store: 'false' }],
    ['https://openrouter.ai/api/v1', {}],
    ['https://api.groq.com/openai/v1', {}],
  ])('a vendor that stores nothing gets the bytes as they are: %s', (base, members) => {
    expect(filled('{}', 'm', base)).toEqual(members);
  });
});
