import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EndpointKind, endpointKind, ownEndpoint } from '../../../src/worker/access/endpoints.ts';
import { canonicalPath, REFUSED_PATH } from '../../../src/worker/http/path.ts';

test.each<[string, string, EndpointKind]>([
  ['POST', '/v1/chat/completions', 'stateless'],
  ['POST', '/v1/completions', 'stateless'],
  ['POST', '/v1/embeddings', 'stateless'],
  ['POST', '/v1/moderations', 'stateless'],
  ['POST', '/v1/audio/speech', 'stateless'],
  ['POST', '/v1/audio/transcriptions', 'stateless'],
  ['POST', '/v1/audio/translations', 'stateless'],
  ['POST', '/v1/images/generations', 'stateless'],
  ['POST', '/v1/images/edits', 'stateless'],
  ['POST', '/v1/images/variations', 'stateless'],
  ['POST', '/v1/responses', 'stateless'],
  ['GET', '/v1/models', 'stateless'],
  ['HEAD', '/v1/models', 'stateless'],
  ['GET', '/v1/models/gpt-4.1', 'stateless'],
  ['GET', '/v1/models/meta-llama%2FLlama', 'stateless'],
  ['GET', '/v1/models/@cf/meta/llama', 'stateless'],
  ['GET', '/v1/realtime', 'stateless'],
  ['POST', '/v1/responses/compact', 'stateless'],
  ['POST', '/v1/responses/input_tokens', 'stateless'],
  ['POST', '/v1/rerank', 'stateless'],
  ['POST', '/v1/reranking', 'stateless'],
  ['POST', '/v1/score', 'stateless'],
  ['POST', '/v1/classify', 'stateless'],
  ['POST', '/v1/tokenize', 'stateless'],
  ['POST', '/v1/detokenize', 'stateless'],
  ['POST', '/v1/messages', 'stateless'],
  ['POST', '/v1/messages/count_tokens', 'stateless'],
  ['POST', '/v1/fim/completions', 'stateless'],
  ['POST', '/v1/ocr', 'stateless'],
  ['POST', '/v1/chat/moderations', 'stateless'],
  ['POST', '/v1/embeddings/multimodal', 'stateless'],

  ['GET', '/v1/rerank', 'unknown'],
  ['POST', '/v1/rerank/x', 'unknown'],
  ['POST', '/v1/messages/batches', 'stateful'],
  ['GET', '/v1/messages/batches', 'stateful'],
  ['POST', '/v1/conversations', 'stateful'],
  ['POST', '/v1/files%2Fx', 'stateful'],
  ['POST', '/v1/videos', 'stateful'],
  ['GET', '/v1/chat/completions', 'stateful'],
  ['GET', '/v1/chat/completions/chatcmpl-1', 'stateful'],
  ['POST', '/v1/chat/completions/chatcmpl-1', 'stateful'],
  ['DELETE', '/v1/chat/completions/chatcmpl-1', 'stateful'],
  ['GET', '/v1/responses/resp_1', 'stateful'],
  ['DELETE', '/v1/responses/resp_1', 'stateful'],
  ['POST', '/v1/responses/resp_1/cancel', 'stateful'],
  ['GET', '/v1/responses', 'stateful'],
  ['DELETE', '/v1/models/ft:gpt-4.1:mine', 'stateful'],
  ['POST', '/v1/models', 'stateful'],
  ['POST', '/v1/realtime/client_secrets', 'stateful'],
  ['POST', '/v1/realtime', 'stateful'],
  ['GET', '/v1/files', 'stateful'],
  ['POST', '/v1/files', 'stateful'],
  ['GET', '/v1/files/file-1/content', 'stateful'],
  ['POST', '/v1/batches', 'stateful'],
  ['GET', '/v1/vector_stores', 'stateful'],
  ['POST', '/v1/assistants', 'stateful'],
  ['POST', '/v1/threads/runs', 'stateful'],
  ['POST', '/v1/fine_tuning/jobs', 'stateful'],
  ['POST', '/v1/something-new', 'unknown'],
  ['GET', '/v1', 'unknown'],
  ['POST', '/v1/audio', 'stateful'],
  ['POST', '/v1/audio/voices', 'stateful'],
  ['POST', '/v1/audio/voice_consents', 'stateful'],
  ['POST', '/v1/audio/speech/x', 'stateful'],
  ['POST', '/v1/images', 'stateful'],
  ['POST', '/v1/chat/completions%2Fx', 'stateful'],
  ['POST', '/v1/embeddings%2F', 'unknown'],
  ['POST', '/v1/CHAT/completions', 'unknown'],
  ['POST', '/v2/chat/completions', 'unknown'],
  ['post', '/v1/chat/completions', 'stateful'],

  ['GET', '/v1/organization', 'admin'],
  ['GET', '/v1/organization/users', 'admin'],
  ['POST', '/v1/organization/admin_api_keys', 'admin'],
  ['GET', '/v1/organizations', 'admin'],
  ['GET', '/v1/projects', 'admin'],
  ['POST', '/v1/projects/p/service_accounts', 'admin'],
  ['GET', '/v1/Organization/users', 'admin'],
  ['GET', '/v1/organization%2Fusers', 'admin'],
  ['GET', '/v1/%2Forganization/users', 'admin'],
  ['GET', '/v1%2Forganization/users', 'admin'],
  ['GET', '/v1/%5Corganization', 'admin'],
  ['GET', '/v1/organization;a=b/users', 'admin'],
  ['GET', '/v1/projects%3Bx', 'admin'],

  ['GET', '/v1/organizer', 'unknown'],
  ['GET', '/v1/projectsx', 'unknown'],
])('%s %s is %s', (method, path, kind) => {
  expect(endpointKind(method, canonicalPath(path))).toBe(kind);
});

test('no spelling of an administration path hides it', () => {
  const separator = fc.constantFrom('/', '//', '\\', '/./', '/x/../', '%2F', '%2f', '%5c', '%2f%2f', '/%2F');
  const name = fc.constantFrom('organization', 'organizations', 'project', 'projects').chain((word) =>
    fc
      .array(fc.constantFrom('as is', 'upper', 'encoded'), {
        minLength: word.length,
        maxLength: word.length,
      })
      .map((ways) => [...word].map((char, at) => respelled(char, ways[at])).join('')),
  );
  fc.assert(
    fc.property(separator, separator, name, fc.boolean(), (before, behind, word, more) => {
      const path = canonicalPath(`/v1${before}${word}${more ? `${behind}users` : ''}`);
      if (path !== REFUSED_PATH) expect(endpointKind('GET', path)).toBe('admin');
    }),
    { numRuns: 1000 },
  );
});

function respelled(char: string, way: string | undefined): string {
  if (way === 'upper') return char.toUpperCase();
  return way === 'encoded' ? `%${char.charCodeAt(0).toString(16)}` : char;
}

test.each<[string, string, ReturnType<typeof ownEndpoint>]>([
  ['POST', '/v1/organization/projects/default/service_accounts', 'manage'],
  ['GET', '/v1/organization/projects/default/api_keys', 'manage'],
  ['DELETE', '/v1/organization/projects/default/api_keys/key_0123456789', 'manage'],
  ['GET', '/v1/organization/usage/completions', 'read'],
  ['GET', '/v1/organization/costs', 'read'],
  ['POST', '/v1/organization/costs', 'manage'],
  ['GET', '/v1/usage/export', 'read'],
  ['GET', '/v1/usage/summary', 'read'],
  ['POST', '/v1/usage/summary', 'manage'],
  ['POST', '/v1/usage/reprice', 'manage'],
  ['GET', '/v1/key', 'read'],
  ['GET', '/v1/organization/users', undefined],
  ['GET', '/v1/organization/projects/other/api_keys', undefined],
  ['GET', '/v1/keys', undefined],
  ['POST', '/v1/chat/completions', undefined],
])('%s %s is the gateway’s own: %s', (method, path, own) => {
  expect(ownEndpoint(method, path)).toBe(own);
});
