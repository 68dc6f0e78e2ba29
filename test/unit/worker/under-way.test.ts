import { expect, test } from 'vitest';
import { RequestsUnderWay } from '../../../src/worker/http/under-way.ts';

/** What a promise has come to by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), Promise.resolve().then(() => Promise.resolve(false))]);
}

test('without requests it is idle', async () => {
  expect(await isSettled(new RequestsUnderWay().idle())).toBe(true);
});

test('a request is under way until its work and all that it holds for have settled', async () => {
  const requests = new RequestsUnderWay();
  const [work, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const done = requests.begin((request) => {
    request.holdFor(held.promise);
    return work.promise;
  });
  const idle = requests.idle();
  work.resolve();
  await done;
  expect(await isSettled(idle)).toBe(false);
  held.reject(new Error('cut'));
  await idle;
});

test('work that fails leaves too, and its failure is told', async () => {
  const requests = new RequestsUnderWay();
  await expect(requests.begin(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await requests.idle();
});

test('the end of the time reaches every request, and each alone leaves', async () => {
  const requests = new RequestsUnderWay();
  const done = [1, 2].map(() => requests.begin((request) => request.outOfTime));
  requests.endTime();
  await Promise.all(done);
  await requests.idle();
});
