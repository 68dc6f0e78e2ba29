/** The clients of a measurement. Every answer is checked: what is broken is not measured. */
import { Agent, type IncomingMessage, request } from 'node:http';
import type { Form } from './contender.ts';

/** What to ask for. Without events, a plain answer. */
export interface Call {
  readonly events?: number;
  /** Milliseconds between two events. */
  readonly intervalMs?: number;
  /** All streams of this interval get their events at the same moment. */
  readonly inStep?: boolean;
  /** How many events come in one write; 1 unless given. */
  readonly perWrite?: number;
  /** Makes the request so many bytes longer. */
  readonly paddingBytes?: number;
}

/** Whom to ask, and how. */
export interface Addressee {
  readonly url: string;
  readonly form: Form;
}

let marks = 0;

/** Makes `total` calls, `parallel` at a time, over connections of their own. Throws at the first wrong answer. */
export async function load(to: Addressee, call: Call, total: number, parallel: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: parallel });
  try {
    await loadOver(agent, to, call, total, parallel);
  } finally {
    agent.destroy();
  }
}

/** The same over the connections that an agent keeps. */
export async function loadOver(
  agent: Agent,
  to: Addressee,
  call: Call,
  total: number,
  parallel: number,
): Promise<void> {
  let begun = 0;
  const client = async () => {
    while (begun < total) {
      begun += 1;
      await ask(to, call, agent);
    }
  };
  await Promise.all(Array.from({ length: parallel }, client));
}

/** One call over a connection that the agent keeps; the milliseconds until its first byte. */
export async function ask({ url, form }: Addressee, call: Call, agent: Agent): Promise<number> {
  const { events = 0 } = call;
  marks += 1;
  const mark = `mark-${marks}-`;
  const body = events > 0 ? streamBody(form, call, mark) : plainBody(form, call.paddingBytes ?? 0);
  const begin = performance.now();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(`${url}${form.path}`, {
      agent,
      method: 'POST',
      headers: {
        ...form.headers,
        'content-type': 'application/json',
        'content-length': body.byteLength,
      },
    });
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end(body);
  });
  let firstByteMs = Number.NaN;
  let text = '';
  for await (const piece of response.setEncoding('latin1')) {
    if (text === '') firstByteMs = performance.now() - begin;
    text += piece;
  }
  const whole =
    events > 0 ? (form.isOwnStream ?? isOwnStream)(text, mark, events) : text.trimEnd().endsWith('}');
  if (response.statusCode !== 200 || !whole) {
    throw new Error(
      `A wrong answer from ${url}: status ${response.statusCode}, ${text.length} bytes, ending ${text.slice(-200)}`,
    );
  }
  return firstByteMs;
}

/** Whether each event carries this call's mark, none another's, and the end is there. */
function isOwnStream(text: string, mark: string, events: number): boolean {
  const own = text.split(mark).length - 1;
  const all = text.split('mark-').length - 1;
  return own === events && all === events && text.endsWith('data: [DONE]\n\n');
}

/** The model's name tells the upstream what to do. */
function streamBody(
  form: Form,
  { events = 0, intervalMs = 0, inStep = false, perWrite = 1 }: Call,
  mark: string,
): Buffer {
  const model = `bench.${events}.${intervalMs}.${inStep ? 'step' : 'own'}.${perWrite}.${mark}`;
  return Buffer.from(JSON.stringify({ ...form.body(''), model, stream: true }));
}

/** Such bodies are made once, so that the clients cost little. */
const plainBodies = new Map<string, Buffer>();

function plainBody(form: Form, paddingBytes: number): Buffer {
  const key = `${JSON.stringify(form.body(''))}${paddingBytes}`;
  const known = plainBodies.get(key);
  if (known !== undefined) return known;
  const body = Buffer.from(JSON.stringify({ ...form.body('A'.repeat(paddingBytes)), stream: false }));
  plainBodies.set(key, body);
  return body;
}
