/** `nexcode` as a person types it, at a terminal. */
import { expect, test } from 'vitest';
import { chatChunk, chatStream, EVENT_STREAM, stream } from '../../support/answers.ts';
import { cliWorld } from '../../support/cli-world.ts';
import { sendUntilGone } from '../../support/send-until-gone.ts';
import { API_TOKEN } from '../../support/surface.ts';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const UP = '\u001b[A';

const world = cliWorld();

test('an answer is styled Markdown, and no control code of its own reaches the terminal', async () => {
  world.surface.upstream.reply(
    stream(chatStream(['# Head', '\n\nSome **bo', 'ld** and \u001b]0;title\u0007\u001b[2J text.'])),
  );
  await using command = world.home.terminal(['ask', 'Hi'], world.asOperator);
  expect(await command.ended).toBe(0);
  expect(command.shown).toContain('\u001b[1mbold\u001b[22m and');
  expect(command.shown).not.toContain('**');
  expect(command.shown).not.toContain('\u001b]0;');
  expect(command.shown).not.toContain('\u001b[2J');
});

test('NO_COLOR leaves the text as it is', async () => {
  world.surface.upstream.reply(stream(chatStream(['**bold**'])));
  await using command = world.home.terminal(['ask', 'Hi'], { ...world.asOperator, NO_COLOR: '1' });
  expect(await command.ended).toBe(0);
  expect(command.shown).toBe('**bold**\r\n');
});

test('Ctrl-C ends a question with 130, and its request with it', async () => {
  world.surface.upstream.reply(async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    await sendUntilGone(exchange, () => exchange.event(chatChunk({ content: 'more and ' })));
  });
  await using command = world.home.terminal(['ask', 'Hi'], world.asOperator);
  await command.shows('more and');
  command.type(CTRL_C);
  expect(await command.ended).toBe(130);
  await world.surface.upstream.exchanges.at(-1)?.gone;
});

test('a conversation: history, many lines, Ctrl-C for the answer alone, commands, Ctrl-D', {
  timeout: 60_000,
}, async () => {
  await using command = world.home.terminal(['chat', '-m', 'gpt-test'], world.asOperator);
  await command.shows('gpt-test at');
  await command.shows('> ');

  world.surface.upstream.reply(stream([chatChunk({ content: 'It begins ' })], 'stall'));
  command.type('First question\r');
  await command.shows('It begins');
  command.type(CTRL_C);
  await command.shows('Stopped.');
  await command.shows('> ');

  world.surface.upstream.reply(stream(chatStream(['Answered.'])));
  command.type('"""\r');
  await command.shows('… ');
  command.type('Second\r');
  await command.shows('… ');
  command.type('question"""\r');
  await command.shows('Answered.');
  await command.shows('> ');
  expect(world.sent()).toMatchObject({
    model: 'gpt-test',
    messages: [
      { content: 'First question' },
      { role: 'assistant', content: 'It begins ' },
      { content: 'Second\nquestion' },
    ],
  });

  command.type('/system Be brief.\r');
  await command.shows('The system prompt is set.');
  command.type('/model gpt-other\r');
  await command.shows('The model is gpt-other.');
  command.type('/new\r');
  await command.shows('A new conversation.');
  await command.shows('> ');

  world.surface.upstream.reply(stream(chatStream(['Again.'])));
  // Three commands and three lines were typed since.
  command.type(`${UP.repeat(7)}`);
  await command.shows('First question');
  command.type('\r');
  await command.shows('Again.');
  expect(world.sent()).toMatchObject({
    model: 'gpt-other',
    messages: [{ role: 'system', content: 'Be brief.' }, { content: 'First question' }],
  });

  await command.shows('> ');
  command.type(`half a line${CTRL_C}`);
  await command.shows('> ');
  command.type(CTRL_C);
  await command.shows('Ctrl-D or /exit ends.');
  command.type(CTRL_D);
  expect(await command.ended).toBe(0);
});

test('a profile is asked for, and its key never shown', async () => {
  await using command = world.home.terminal(['profile', 'save', 'team']);
  await command.shows('Base URL');
  command.type(`${world.surface.base}\r`);
  await command.shows('Key');
  command.type(`${API_TOKEN}\r`);
  await command.shows('Saved team');
  expect(await command.ended).toBe(0);
  expect(command.shown).not.toContain(API_TOKEN);
  const models = await world.home.run(['models', '--profile', 'team']);
  expect(models.stdout).toBe('nexcode\n');
});
