/** What whole answers and errors can look like. */
import { apiError, chatCompletion } from '../../../test/support/answers.ts';
import { type Behaviour, changed, family, once } from '../behaviour.ts';
import { bodyOf, chatAnswer, chatDeltas, json, saying, send, TEXT } from '../form.ts';

const success = family('success');
const error = family('error');
const ofChat = { apis: ['chat'] } as const;
const wholeChat = { apis: ['chat'], streamed: false } as const;

const choice = (index: number, content: string, finish = 'stop') => ({
  index,
  message: { role: 'assistant', content },
  finish_reason: finish,
});

export const SUCCESSES: readonly Behaviour[] = [
  success('says a text', (form) => saying(form)),
  success('says a long text', (form) => saying(form, TEXT.repeat(500))),
  success('says nothing', (form) => saying(form, '')),
  success('says what looks like markup and escapes', (form) =>
    saying(form, '<b>&amp;\\n"\u0000\u2028 data: [DONE]\n\n{'),
  ),
  success(
    'answers 201',
    changed((good) => ({ ...good, status: 201 })),
  ),
  success(
    'spreads its JSON over lines',
    changed((good) => json(JSON.stringify(JSON.parse(bodyOf(good).toString()), undefined, 2))),
    { streamed: false },
  ),
  success(
    'begins with blanks',
    changed((good) => json(` \r\n${bodyOf(good)}\n`)),
    { streamed: false },
  ),
  success(
    'has more members',
    () =>
      chatAnswer({ content: TEXT, annotations: [], mood: 'ünique' }, 'stop', { x_vendor: { deep: [1, 2] } }),
    wholeChat,
  ),
  success(
    'has numbers past 2^53',
    () => chatAnswer({ content: TEXT }, 'stop', { created: 12345678901234567890n.toString(), seed: 1e300 }),
    wholeChat,
  ),
  success(
    'gives two choices',
    () => json(chatCompletion({ choices: [choice(0, 'a'), choice(1, 'b')] })),
    wholeChat,
  ),
  success(
    'ends for its length',
    (form) =>
      form.streamed
        ? chatDeltas([{ role: 'assistant', content: TEXT }], 'length')
        : chatAnswer({ content: TEXT }, 'length'),
    ofChat,
  ),
  success(
    'ends for a content filter',
    (form) =>
      form.streamed
        ? chatDeltas([{ role: 'assistant', content: '' }], 'content_filter')
        : chatAnswer({ content: '' }, 'content_filter'),
    ofChat,
  ),
  success(
    'refuses in words',
    (form) =>
      form.streamed
        ? chatDeltas([{ role: 'assistant', refusal: 'No.' }])
        : chatAnswer({ content: null, refusal: 'No.' }),
    ofChat,
  ),
  success(
    'thinks aloud',
    (form) =>
      form.streamed
        ? chatDeltas([{ role: 'assistant', reasoning_content: 'Hm.' }, { content: TEXT }])
        : chatAnswer({ content: TEXT, reasoning_content: 'Hm.' }),
    ofChat,
  ),
  success(
    'leaves out its id and time',
    () => json(JSON.stringify({ object: 'chat.completion', choices: [choice(0, TEXT)] })),
    wholeChat,
  ),
  success('gives no choices', () => json(chatCompletion({ choices: [] })), wholeChat),
];

const refusals = [400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529].map((status) =>
  error(`refuses with ${status}`, () =>
    json(apiError('No.', 'some_type', 'some_code'), status, { 'retry-after': '7', 'x-request-id': 'req_1' }),
  ),
);

export const ERRORS: readonly Behaviour[] = [
  ...refusals,
  error('names a parameter', () =>
    json(
      '{"error":{"message":"Too hot.","type":"invalid_request_error","param":"temperature","code":"out_of_range"}}',
      400,
    ),
  ),
  error('is out of context', () =>
    json(apiError('Too long.', 'invalid_request_error', 'context_length_exceeded'), 400),
  ),
  error('has a code that is a number', () => json('{"error":{"message":"Wait.","code":429}}', 429)),
  error('has more members', () =>
    json(
      '{"error":{"message":"No.","type":"t","param":null,"code":"c","inner":{"a":1}},"request_id":"r"}',
      400,
    ),
  ),
  error(
    'refuses in an array',
    () => json('[{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}]', 400),
    { words: 'API key not valid.' },
  ),
  error(
    'refuses flatly',
    () =>
      json(
        '{"object":"error","message":"No such model.","type":"NotFoundError","param":null,"code":404}',
        404,
      ),
    { words: 'No such model.' },
  ),
  error(
    'refuses as FastAPI',
    () => json('{"detail":[{"loc":["body","messages"],"msg":"field required","type":"missing"}]}', 422),
    { words: 'body.messages: field required' },
  ),
  error(
    'refuses with a text',
    () => ({
      ...json('Bad key', 401),
      headers: { 'content-type': 'text/plain' },
    }),
    { words: 'Bad key' },
  ),
  error(
    'refuses with a page',
    () => ({
      ...json('<html><title>502 Bad Gateway</title></html>', 502),
      headers: { 'content-type': 'text/html' },
    }),
    { words: '502 Bad Gateway' },
  ),
  error('refuses with nothing', () => json('', 503), { words: 'status 503' }),
  error(
    'refuses with an event',
    () => ({
      ...json(`data: ${apiError('Quota.', 'q', 'quota')}\n\n`, 429),
      headers: { 'content-type': 'text/event-stream' },
    }),
    { words: 'Quota.' },
  ),
  error('reports an error under 200', () => json(apiError('Overloaded.', 'server_error', 'overloaded')), {
    words: 'Overloaded.',
  }),
  error(
    'reports an error of another shape under 200',
    () => json('{"code":1302,"msg":"concurrency too high"}'),
    { words: 'concurrency too high' },
  ),
  error('recovers after one 429', oneRefusal(429), { retries: 2 }),
  error('recovers after one 500', oneRefusal(500), { retries: 2 }),
  error('says not to retry', () => json(apiError('No.'), 500, { 'x-should-retry': 'false' }), { retries: 2 }),
];

/** Refuses a model's first request, and answers its second. */
function oneRefusal(status: number) {
  return once(send(json(apiError('Later.'), status, { 'retry-after-ms': '1', 'retry-after': '0' })));
}
