/** A model that answers on Anthropic's Messages API, as events (https://docs.anthropic.com/en/api/messages-streaming). */

import { streamBytes } from '../../test/support/answers.ts';
import type { ModelApi } from '../../test/support/model-apis.ts';
import { namedEvent } from '../../test/support/responses-model.ts';

type Members = Readonly<Record<string, unknown>>;

const event = (type: string, members: Members = {}) => namedEvent(type, members);

const begun = event('message_start', {
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 11, output_tokens: 1 },
  },
});

const block = (content_block: Members, delta: Members) => [
  event('content_block_start', { index: 0, content_block }),
  event('content_block_delta', { index: 0, delta }),
];

const ended = (reason: string) => [
  event('content_block_stop', { index: 0 }),
  event('message_delta', {
    delta: { stop_reason: reason, stop_sequence: null },
    usage: { output_tokens: 7 },
  }),
  event('message_stop'),
];

const textBlock = (text: string) => block({ type: 'text', text: '' }, { type: 'text_delta', text });

export const MESSAGES: ModelApi = {
  path: '/v1/messages',
  says: (text) => streamBytes([begun, ...textBlock(text), ...ended('end_turn')]),
  calls: ({ name, arguments: input }) =>
    streamBytes([
      begun,
      ...block(
        { type: 'tool_use', id: 'toolu_1', name, input: {} },
        { type: 'input_json_delta', partial_json: input },
      ),
      ...ended('tool_use'),
    ]),
  opening: (text) => [begun, ...textBlock(text)].join(''),
};
