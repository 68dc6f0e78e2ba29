/** Codex CLI before an upstream that has chat alone and is as strict as DeepSeek's: it edits a file through the gateway. */
import type { StrictRequest, Turn } from '../../test/support/strict-chat.ts';
import { strictChat } from '../../test/support/strict-chat.ts';
import type { Script } from '../../test/support/upstream.ts';
import { FILE } from './model.ts';

/** Makes the file that the task asks for, in the form of Codex's own tool. */
const PATCH = `*** Begin Patch\n*** Add File: ${FILE}\n+hello\n*** End Patch\n`;

/** Looks around, then patches, then reports; in each turn it thinks first. */
export const chatAlone: Script = strictChat((request, outputs): Turn => {
  if (outputs.length === 0)
    return { thought: 'I look around first.', calls: [shell(request, 'call_1', 'ls')] };
  if (outputs.length > 1) return { thought: 'It is written.', text: 'Done: the file is written.' };
  const patches = names(request).includes('apply_patch');
  const call = patches
    ? { id: 'call_2', name: 'apply_patch', arguments: JSON.stringify({ input: PATCH }) }
    : shell(request, 'call_2', `apply_patch <<'EOF'\n${PATCH}EOF`);
  return { thought: 'Now I write it.', calls: [call] };
});

function names({ tools = [] }: StrictRequest): readonly string[] {
  return tools.map((tool) => tool.function.name);
}

/** A call of the shell, whichever of its names this version uses. */
function shell(request: StrictRequest, id: string, command: string) {
  const name = names(request).find((each) => each === 'exec_command' || each === 'shell_command');
  if (name === undefined) throw new Error(`Codex offers no shell: ${names(request).join(', ')}`);
  const member = name === 'exec_command' ? 'cmd' : 'command';
  return { id, name, arguments: JSON.stringify({ [member]: command }) };
}
