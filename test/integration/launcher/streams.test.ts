import { expect, test } from 'vitest';
import { chatStream, events, stream } from '../../support/answers.ts';
import { copyProject } from '../../support/checkout.ts';
import { chatCall, openCall } from '../../support/relay.ts';
import { ended, RESUMABLE, takeUp } from '../../support/streams.ts';
import { startUpstream } from '../../support/upstream.ts';

const PAYLOADS = chatStream(['一', '二', 'three']);

test('npm start records streams on this machine alone, and a second start still has them', async () => {
  await using upstream = await startUpstream();
  upstream.always(stream(PAYLOADS));
  await using project = await copyProject();
  const settings = { PORT: '0', OPENAI_API_BASE: upstream.base, OPENAI_MODEL: 'm' };
  const first = project.run('npm', ['start'], settings);
  const url = await first.serves();
  expect(first.stdout).toContain(
    'Kept         answers that may be taken up again, until 600 s after their end (RESUMABLE)',
  );
  const id = await recorded(url);
  expect(await ended(url, id)).toMatchObject({ status: 'completed' });
  first.signal('SIGKILL', 'group');
  await first.ended;

  await using second = project.run('npm', ['start'], settings);
  const again = await second.serves();
  await using reader = await takeUp(again, id);
  expect(await reader.rest()).toBe('complete');
  expect(reader.text).toBe(events(PAYLOADS));
  await second[Symbol.asyncDispose]();

  // Where other machines could ask, it is for the operator to say.
  await using third = project.run('npm', ['start'], { ...settings, HOST: '0.0.0.0', REQUIRE_AUTH: 'false' });
  const open = await third.serves();
  expect(third.stdout).not.toContain('RESUMABLE');
  expect(await recorded(open)).toBe('none');
}, 90_000);

/** Asks for a stream to its end, and returns its name. */
async function recorded(url: string): Promise<string> {
  await using call = await openCall(url, chatCall({ stream: true, model: 'm' }, RESUMABLE));
  await call.rest();
  return (await call.head()).header('x-nexcode-stream') ?? '';
}
