/** The model behind the fake upstream: calls the agent's shell once, and is done when it has seen what came of it. */
import { apiError, respond } from '../../test/support/answers.ts';
import { CHAT, type ModelApi, RESPONSES } from '../../test/support/model-apis.ts';
import type { Exchange, RecordedRequest, Script } from '../../test/support/upstream.ts';
import { MESSAGES } from './messages.ts';

/** What an upstream does to the run. */
export type Scenario = 'task' | 'cut stream' | '429' | 'refused key';

export const SCENARIOS: readonly Scenario[] = ['task', 'cut stream', '429', 'refused key'];

/** The file that the task asks for. */
export const FILE = 'hello.txt';
export const TASK = `Write the word hello into the file ${FILE}, by one call of a tool.`;

const COMMAND = `printf hello > ${FILE}`;

/** How shells are called by the agents, and their members for a command. */
const SHELL =
  /^(?:shell|shell_command|exec_command|bash|run_shell_command|run_terminal_command|run_command|execute_command)$/i;

/** A text that agents without tools take for an edit. */
const EDIT = `${FILE}\n\`\`\`\nhello\n\`\`\`\n`;

/** Answers everything of a run. */
export function answers(scenario: Scenario): Script {
  return (exchange) => {
    const { path, method } = exchange.request;
    if (method === 'GET' || path.startsWith('/v1/models'))
      return respond('{"object":"list","data":[]}')(exchange);
    switch (scenario) {
      case 'refused key':
        return respond(
          apiError('Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key'),
          401,
        )(exchange);
      case '429':
        return respond(apiError('Rate limit reached.', 'requests', 'rate_limit_exceeded'), 429, {
          'content-type': 'application/json',
          'retry-after': '1',
        })(exchange);
      case 'cut stream':
        return cut(exchange);
      case 'task':
        return work(exchange.request)(exchange);
    }
  };
}

function work({ path, body }: RecordedRequest): Script {
  const request: Request = JSON.parse(body.toString());
  const api = apiOf(path);
  const tool = shellOf(request);
  if (tool === undefined) return api.says(EDIT);
  if (hasResult(request)) return api.says('Done: the file is written.');
  return api.calls({ id: 'call_1', name: tool.name, arguments: JSON.stringify(argumentsFor(tool)) });
}

function apiOf(path: string): ModelApi {
  return [RESPONSES, MESSAGES].find((api) => path.startsWith(api.path)) ?? CHAT;
}

/** Sends half of an answer as events, and closes without its end. */
async function cut(exchange: Exchange): Promise<void> {
  const { path } = exchange.request;
  const api = apiOf(path);
  await exchange.head(200, { 'content-type': 'text/event-stream' });
  await exchange.body(api.opening('Half of '));
  exchange.cut();
}

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}
interface Tool {
  readonly name: string;
  readonly parameters?: Schema;
  /** What Anthropic calls the parameters. */
  readonly input_schema?: Schema;
}
interface Request {
  readonly tools?: readonly (Tool & { readonly function?: Tool })[];
  readonly messages?: readonly { readonly role: string; readonly content?: unknown }[];
  readonly input?: readonly { readonly type?: string }[];
}

function shellOf({ tools = [] }: Request): Tool | undefined {
  return tools.map((tool) => tool.function ?? tool).find(({ name }) => SHELL.test(name ?? ''));
}

function hasResult({ messages = [], input = [] }: Request): boolean {
  return (
    messages.some(({ role, content }) => role === 'tool' || isToolResult(content)) ||
    input.some(({ type }) => type === 'function_call_output')
  );
}

/** Anthropic's results of tools are parts of what the user says. */
function isToolResult(content: unknown): boolean {
  return Array.isArray(content) && content.some((part) => part?.type === 'tool_result');
}

/** The command under the name that the tool's schema gives it, and something of the right type for what else it demands. */
function argumentsFor({
  input_schema = {},
  parameters = input_schema,
}: Tool): Readonly<Record<string, unknown>> {
  const { properties = {}, required = [] } = parameters;
  const command = 'command' in properties ? 'command' : 'cmd' in properties ? 'cmd' : 'script';
  const value = properties[command]?.type === 'array' ? ['bash', '-lc', COMMAND] : COMMAND;
  const others = required.filter((name) => name !== command).map((name) => [name, filler(properties[name])]);
  return { ...Object.fromEntries(others), [command]: value };
}

function filler(schema: Schema = {}): unknown {
  if (schema.type === 'boolean') return false;
  return schema.type === 'number' || schema.type === 'integer' ? 1 : 'writes the file';
}
