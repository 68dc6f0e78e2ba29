/** A client that leaves, at every point of its request and of the answer. */
import { chatChunk, respond } from '../../test/support/answers.ts';
import { connect, requestBytes } from '../../test/support/http.ts';
import { sendUntilGone } from '../../test/support/send-until-gone.ts';
import { inTime } from '../in-time.ts';
import { begin, type ClientFault, type Leaving, leave, nextExchange } from './client-fault.ts';
import { COMPLETION, STREAM } from './fault.ts';
import { HANG_MS, serveWell } from './meet.ts';

const LET_GO = 'The upstream was never let go.';

/** The client is gone before the upstream has answered. A polite leaving is seen only when something is sent to it. */
export const leavesBeforeTheHead: ClientFault = {
  name: 'leaves before the head (RST)',
  run: async (ask, place) => {
    const coming = nextExchange(place);
    await using client = await connect(place.url);
    await client.request(ask.request('gpt-test'));
    const exchange = await coming;
    client.reset();
    await inTime(exchange.gone, HANG_MS, LET_GO);
  },
};

/** The upstream must be let go although its answer goes on. */
export function leavesBehind(pieces: number, how: Leaving): ClientFault {
  return {
    name: `leaves behind ${pieces} pieces (${how})`,
    // Nothing is sent before a held answer is whole, and the runtime sees a polite leaving only when it sends.
    suits: (ask) => !(ask.held && how === 'FIN'),
    run: async (ask, place) => {
      const coming = nextExchange(place);
      await using client = await connect(place.url);
      await client.request(ask.request('gpt-test'));
      const exchange = await coming;
      await begin(exchange, ask.streamed, pieces);
      await leave(client, how);
      // Events would make an answer to be put together of what was asked for as JSON: nobody is sent anything then.
      const send = ask.streamed ? undefined : () => exchange.body(' ');
      await inTime(sendUntilGone(exchange, send), HANG_MS, LET_GO);
    },
  };
}

/** The other side of that: a held answer is put together to its end for nobody, and nothing goes wrong over it. */
export const leavesAHeldAnswer: ClientFault = {
  name: 'leaves politely before an answer that is put together first',
  suits: (ask) => ask.held,
  run: async (ask, place) => {
    const coming = nextExchange(place);
    await using client = await connect(place.url);
    await client.request(ask.request('gpt-test'));
    const exchange = await coming;
    await leave(client, 'FIN');
    await respond(COMPLETION)(exchange);
    await inTime(exchange.gone, HANG_MS, LET_GO);
  },
};

/** Leaves when it has got the answer up to the `at`th byte of the recorded stream. */
export function leavesInTheAnswer(at: number, how: Leaving): ClientFault {
  return {
    name: `leaves behind byte ${at} of the answer (${how})`,
    // Events that are translated reach the client whole or not at all, and with other lengths.
    suits: (ask) => ask.name === 'chat, streamed',
    run: async (ask, place) => {
      const coming = nextExchange(place);
      await using client = await connect(place.url);
      await client.request(ask.request('gpt-test'));
      const exchange = await coming;
      await begin(exchange, true, 0);
      await exchange.body(Buffer.from(STREAM).subarray(0, at));
      const body = client.body(await inTime(client.head(), HANG_MS, 'The answer never began.'));
      let got = 0;
      while (got < at) {
        const step = await inTime(body.next(), HANG_MS, `Only ${got} of ${at} bytes passed.`);
        if (step.done) throw new Error(`The answer ended after ${got} of ${at} bytes.`);
        got += step.value.bytes.length;
      }
      await leave(client, how);
      // An event of its own, whatever the first byte of it continues.
      await exchange.body(`\n\ndata: ${chatChunk({ content: 'more' })}\n\n`).catch(() => undefined);
      await inTime(sendUntilGone(exchange), HANG_MS, LET_GO);
    },
  };
}

/** Leaves when this share of its request, head and body, is sent: nothing may be asked upstream. */
export function leavesInTheRequest(share: number, how: Leaving): ClientFault {
  return {
    name: `leaves at ${(share * 100).toFixed(1)} % of the request (${how})`,
    run: async (ask, place) => {
      const asked = place.upstream.exchanges.length;
      const bytes = requestBytes('POST', 'localhost', ask.request('gpt-test'));
      await using client = await connect(place.url);
      await client.send(bytes.subarray(0, Math.floor(bytes.length * share)));
      if (how === 'RST') client.reset();
      else {
        client.finish();
        const answer = await inTime(
          client.answer().catch(() => undefined),
          HANG_MS,
          'Half a request was neither answered nor dropped.',
        );
        // In the middle of the head there is no request yet.
        if (answer !== undefined && answer.status !== 400)
          throw new Error(`Half a request was answered ${answer.status}.`);
      }
      await serveWell(place);
      const more = place.upstream.exchanges.length - asked - 1;
      if (more !== 0) throw new Error(`The upstream was asked ${more} times for half a request.`);
    },
  };
}

/** A file streams through while it is uploaded: the upstream is asked at once, and must see that it was cut. */
export function leavesInAFile(how: Leaving): ClientFault {
  return {
    name: `leaves in the upload of a file (${how})`,
    suits: (ask) => ask.relayed,
    run: async (_, place) => {
      const coming = nextExchange(place, 'early');
      await using client = await connect(place.url);
      await client.request({
        path: '/v1/audio/transcriptions',
        // A form would be read first where models are routed: it may name one.
        headers: { 'content-type': 'audio/wav', 'content-length': '100000' },
        body: 'x'.repeat(50_000),
      });
      const exchange = await coming;
      await leave(client, how);
      if (await inTime(exchange.whole, HANG_MS, LET_GO))
        throw new Error('Half a file arrived as a whole one.');
      await inTime(exchange.gone, HANG_MS, LET_GO);
    },
  };
}
