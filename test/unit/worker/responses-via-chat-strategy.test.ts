import { describe, expect, test } from 'vitest';
import { documentsResponses, readRefusal } from '../../../src/worker/responses-via-chat/strategy.ts';

const error = (message: string, more: object = {}) =>
  JSON.stringify({ error: { message, type: 'x', param: null, code: null, ...more } });

describe('what documents say of the endpoint', () => {
  test.each([
    ['https://api.openai.com/v1', true],
    ['https://my.openai.azure.com/openai/v1', true],
    ['https://api.x.ai/v1', true],
    ['https://openrouter.ai/api/v1', true],
    ['https://generativelanguage.googleapis.com/v1beta/openai', false],
    ['https://api.mistral.ai/v1', false],
    ['https://api.anthropic.com/v1', false],
    ['https://api.moonshot.cn/v1', false],
    ['https://api.deepseek.com/v1', true],
    ['https://api.deepseek.com/beta', undefined],
    ['http://127.0.0.1:11434/v1', undefined],
  ])('%s: %s', (base, expected) => {
    expect(documentsResponses(base)).toBe(expected);
  });
});

describe('a refusal of the native endpoint', () => {
  test.each<[number, string, ReturnType<typeof readRefusal>]>([
    [404, '', 'no-endpoint'],
    [404, '404 page not found', 'no-endpoint'],
    [404, '<html><title>404 Not Found</title></html>', 'no-endpoint'],
    [404, '{"detail":"Not Found"}', 'no-endpoint'],
    [404, error('Invalid URL (POST /v1/responses)'), 'no-endpoint'],
    [404, error('Unknown request URL: POST /v1/responses. Please check the URL.'), 'no-endpoint'],
    [404, 'Cannot POST /v1/responses', 'no-endpoint'],
    [404, error('The requested resource was not found'), 'no-endpoint'],
    [404, '{"error":"path \\"/v1/responses\\" not found"}', 'no-endpoint'],
    [405, '', 'no-endpoint'],
    [501, '', 'no-endpoint'],
    [422, '{"message":"ROUTE NOT SUPPORTED"}', 'no-endpoint'],
    [400, error('model m is not supported with the Responses API'), 'chat-model'],
    [400, error('This model does not support the /v1/responses endpoint'), 'chat-model'],
    [404, error('Please use /v1/chat/completions for this model'), 'chat-model'],
    [
      400,
      '{"error":{"code":"OperationNotSupported","message":"The operation does not work with the model."}}',
      'chat-model',
    ],
    [404, error('The model `m` does not exist', { code: 'model_not_found' }), 'other'],
    [404, error('The model `m` does not exist'), 'other'],
    [
      404,
      '{"object":"error","message":"The model `m` does not exist.","type":"NotFoundError","param":"model","code":404}',
      'other',
    ],
    [404, '{"error":{"message":"model \\"m\\" not found, try pulling it first"}}', 'other'],
    [
      404,
      error("Previous response with id 'resp_1' not found.", { code: 'previous_response_not_found' }),
      'other',
    ],
    [404, error("Response with id 'resp_1' not found."), 'other'],
    [404, error("Item with id 'rs_1' not found."), 'other'],
    [404, error('Not there', { param: 'input' }), 'other'],
    [400, error('Invalid value'), 'other'],
    [401, error('Incorrect API key provided'), 'other'],
    [403, error('forbidden'), 'other'],
    [422, '{"detail":[]}', 'other'],
    [429, error('slow down, see v1/chat/completions'), 'other'],
    [500, error('internal'), 'other'],
    [503, '', 'other'],
  ])('%i %s is %s', (status, body, expected) => {
    expect(readRefusal(status, body)).toBe(expected);
  });
});
