/** The debug log: one JSON line per step, written only under DEBUG=true. Never a key, a token, a header or content. */
import { withoutSecrets } from './redact.ts';

/** A logged fact: plain values only, so that no header or body can slip in as an object. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes one line: the step's name and its facts. */
export type Log = (step: string, fields: LogFields) => void;

/** For the requests of a server that does not log. */
export const NO_LOG: Log = () => undefined;

/** The log of one request. `secrets` are those of the server and of the caller; they appear in no line. */
export function requestLog(requestId: string, secrets: readonly string[]): Log {
  return (step, fields) => {
    const clean = Object.entries(fields).map(
      ([name, value]) => [name, typeof value === 'string' ? withoutSecrets(value, secrets) : value] as const,
    );
    console.log(JSON.stringify({ step, request_id: requestId, ...Object.fromEntries(clean) }));
  };
}

/** The same log with a line that is written before the first of the others, and not at all where none follows. */
export function withFirst(log: Log, step: string, fields: LogFields): Log {
  if (log === NO_LOG) return log;
  let isWritten = false;
  return (next, facts) => {
    if (!isWritten) log(step, fields);
    isWritten = true;
    log(next, facts);
  };
}

/** Lets one of many through in each second. */
export class OnceASecond {
  #passedAt = Number.NEGATIVE_INFINITY;

  mayPass(nowMs: number): boolean {
    if (nowMs - this.#passedAt < 1000) return false;
    this.#passedAt = nowMs;
    return true;
  }
}

/** How many frames tell the place. */
const FRAMES = 4;

/**
 * Where an error was thrown: the innermost frames of its stack. Never its message, which may hold anything and stands
 * before them; a stack that does not hold it as expected is not shown.
 */
export function placeOf({ message, stack = '' }: Error): string | undefined {
  const start = stack.indexOf(message);
  if (start === -1) return undefined;
  const frames = stack.slice(start + message.length).match(/^ +at .+$/gm) ?? [];
  return frames
    .slice(0, FRAMES)
    .map((frame) => frame.trim())
    .join(', ');
}
