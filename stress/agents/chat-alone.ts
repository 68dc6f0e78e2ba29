/** Codex CLI before an upstream that has chat alone and is as strict as DeepSeek's: what it does through the gateway. */
import { PICTURE, PICTURE_URL } from '../../test/support/client-calls.ts';
import { type StrictRequest, strictChat, type Turn } from '../../test/support/strict-chat.ts';
import type { Script } from '../../test/support/upstream.ts';
import { FILE } from './model.ts';
import type { Job } from './run.ts';

/** A job, and the model that leads Codex through it. The file is right only if every step before it was. */
export interface ChatAloneJob extends Job {
  readonly name: string;
  readonly script: Script;
}

/** Codex does not know this one, and gives it functions and a namespace. */
const UNKNOWN_MODEL = 'deepseek-chat';
/** This one it gives custom tools, and a search for others. */
const KNOWN_MODEL = 'gpt-5.5';

/** What the file says before the job. */
const BEFORE = 'hullo\n';
const PATCH = `*** Begin Patch\n*** Update File: ${FILE}\n@@\n-hullo\n+hello\n*** End Patch\n`;

const PICTURE_FILE = 'pixel.png';

/** Longer than Codex and many proxies wait for a connection that says nothing. */
const SILENCE_MS = 6 * 60_000;

/** What Codex tells the agent that it starts for a part of the job. */
const PART = 'Say what the file is for.';

const patchedByShell = (request: StrictRequest, id: string) =>
  shell(request, id, `apply_patch <<'EOF'\n${PATCH}EOF`);

export const CHAT_ALONE: readonly ChatAloneJob[] = [
  {
    name: 'reads a file, edits it by a patch',
    model: UNKNOWN_MODEL,
    files: { [FILE]: BEFORE },
    script: steps(
      (request) => shell(request, 'call_1', `cat ${FILE}`),
      (request, outputs) => {
        expectText(outputs.at(-1), 'hullo');
        return patchedByShell(request, 'call_2');
      },
    ),
  },
  {
    name: 'edits a file by its custom tool',
    model: KNOWN_MODEL,
    files: { [FILE]: BEFORE },
    script: steps(
      (request) => shell(request, 'call_1', `cat ${FILE}`),
      () => ({ id: 'call_2', name: 'apply_patch', arguments: JSON.stringify({ input: PATCH }) }),
    ),
  },
  {
    name: 'calls tools in a namespace',
    model: UNKNOWN_MODEL,
    files: { [FILE]: BEFORE },
    script: steps(
      () => ({
        id: 'call_1',
        name: 'multi_agent_v1__spawn_agent',
        arguments: JSON.stringify({ message: PART }),
      }),
      (_, outputs) => {
        const { agent_id: id }: { agent_id?: string } = JSON.parse(outputs.at(-1) ?? '');
        if (id === undefined) throw new Error(`No agent was started: ${outputs.at(-1)}`);
        return {
          id: 'call_2',
          name: 'multi_agent_v1__wait_agent',
          arguments: JSON.stringify({ targets: [id] }),
        };
      },
      (request, outputs) => {
        expectText(outputs.at(-1), 'It greets.');
        return patchedByShell(request, 'call_3');
      },
    ),
  },
  {
    name: 'shows a picture, and looks at one by a tool',
    model: UNKNOWN_MODEL,
    files: { [FILE]: BEFORE, [PICTURE_FILE]: PICTURE },
    pictures: [PICTURE_FILE],
    script: steps(
      (request) => {
        expectPictures(request, 1);
        return { id: 'call_1', name: 'view_image', arguments: JSON.stringify({ path: PICTURE_FILE }) };
      },
      (request) => {
        expectPictures(request, 2);
        return patchedByShell(request, 'call_2');
      },
    ),
  },
];

/** Takes six minutes. */
export const SILENT: ChatAloneJob = {
  name: 'waits through six minutes of silence behind the head of an answer',
  model: UNKNOWN_MODEL,
  files: { [FILE]: BEFORE },
  limitMs: SILENCE_MS + 60_000,
  script: strictChat((request): Turn => {
    const outputs = outputsOf(request);
    if (outputs.length > 0) return { thought: 'It is written.', text: 'Done: the file is written.' };
    return {
      thought: 'That took long.',
      silenceMs: SILENCE_MS,
      calls: [patchedByShell(request, 'call_1')],
    };
  }),
};

type Call = NonNullable<Turn['calls']>[number];
type Step = (request: StrictRequest, outputs: readonly string[]) => Call;

/** A model that makes these calls one after another, thinks before each, and reports when the last is answered. */
function steps(...all: readonly Step[]): Script {
  return strictChat((request): Turn => {
    if (lastWords(request).includes(PART)) return { thought: 'I look.', text: 'It greets.' };
    const outputs = outputsOf(request);
    const step = all[outputs.length];
    if (step === undefined) return { thought: 'It is written.', text: 'Done: the file is written.' };
    return { thought: `Step ${outputs.length + 1}.`, calls: [step(request, outputs)] };
  });
}

function outputsOf({ messages }: StrictRequest): readonly string[] {
  return messages.filter(({ role }) => role === 'tool').map(({ content }) => String(content));
}

/** What the user has said last, as JSON where it is more than text. */
function lastWords({ messages }: StrictRequest): string {
  const content = messages.findLast(({ role }) => role === 'user')?.content;
  return typeof content === 'string' ? content : JSON.stringify(content ?? '');
}

function expectText(text: string | undefined, part: string): void {
  if (text?.includes(part) !== true) throw new Error(`A tool should have answered “${part}”: ${text}`);
}

/** The pictures in the messages of the user, as they were read from the disk. */
function expectPictures({ messages }: StrictRequest, count: number): void {
  const urls = JSON.stringify(messages.filter(({ role }) => role === 'user')).split(PICTURE_URL).length - 1;
  if (urls !== count) throw new Error(`There should be ${count} pictures, and there are ${urls}.`);
}

/** A call of the shell, whichever of its names this version uses. */
function shell({ tools = [] }: StrictRequest, id: string, command: string): Call {
  const names = tools.map((tool) => tool.function.name);
  const name = names.find((each) => each === 'exec_command' || each === 'shell_command');
  if (name === undefined) throw new Error(`Codex offers no shell: ${names.join(', ')}`);
  const member = name === 'exec_command' ? 'cmd' : 'command';
  return { id, name, arguments: JSON.stringify({ [member]: command }) };
}
