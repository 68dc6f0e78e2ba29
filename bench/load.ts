/** The clients of a measurement. Every answer is checked: what is broken is not measured. */
import { Agent, type IncomingMessage, request } from 'node:http';
import { TOKEN } from './contenders.ts';

/** What to ask for. Without events, a plain answer. */
export interface Call {
  readonly events?: number;
  /** Milliseconds between two events. */
  readonly intervalMs?: number;
}

/** A finished call, in milliseconds from the moment it was sent. */
export interface Timing {
  readonly firstByteMs: number;
  readonly totalMs: number;
}

const MESSAGES = [{ role: 'user', content: 'A question of ordinary length. '.repeat(20) }];

/** Makes `total` calls, `parallel` at a time, over connections that are kept. Throws at the first wrong answer. */
export async function load(url: string, call: Call, total: number, parallel: number): Promise<Timing[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: parallel });
  const timings: Timing[] = [];
  let begun = 0;
  const client = async () => {
    while (begun < total) {
      begun += 1;
      timings.push(await ask(url, call, agent));
    }
  };
  try {
    await Promise.all(Array.from({ length: parallel }, client));
  } finally {
    agent.destroy();
  }
  return timings;
}

/** One call over a connection that the agent keeps. */
export async function ask(url: string, { events = 0, intervalMs = 0 }: Call, agent: Agent): Promise<Timing> {
  const body = JSON.stringify({ model: 'gpt-test', messages: MESSAGES, stream: events > 0 });
  const query = events > 0 ? `?events=${events}&interval=${intervalMs}` : '';
  const begin = performance.now();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(`${url}/v1/chat/completions${query}`, {
      agent,
      method: 'POST',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    });
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end(body);
  });
  let firstByteMs = Number.NaN;
  let received = 0;
  let tail = '';
  for await (const piece of response) {
    if (received === 0) firstByteMs = performance.now() - begin;
    received += piece.length;
    tail = (tail + piece.toString('latin1')).slice(-32);
  }
  const whole =
    events > 0 ? tail.endsWith('data: [DONE]\n\n') && received > events * 150 : tail.endsWith('}');
  if (response.statusCode !== 200 || !whole) {
    throw new Error(
      `A wrong answer from ${url}: status ${response.statusCode}, ${received} bytes, ending ${tail}`,
    );
  }
  return { firstByteMs, totalMs: performance.now() - begin };
}
