/** The agents, each at the version that was tried. */
import { join } from 'node:path';
import type { Agent, Seat } from './agent.ts';

const bin = ({ installed }: Seat, name: string) => join(installed, 'node_modules/.bin', name);
const python = ({ installed }: Seat, name: string) => join(installed, 'bin', name);
const root = ({ base }: Seat) => base.replace(/\/v1$/, '');

/** A program of a few lines, for tools that are libraries. */
const script = (seat: Seat) => join(seat.work, '.task/main.py');

export const AGENTS: readonly Agent[] = [
  {
    name: 'Codex CLI',
    npm: ['@openai/codex@0.171.0'],
    version: '0.171.0',
    api: 'responses',
    files: ({ home, base, model }) => ({
      [join(home, '.codex/config.toml')]: `model = "${model}"
model_provider = "gateway"
approval_policy = "never"
sandbox_mode = "danger-full-access"

[model_providers.gateway]
name = "gateway"
base_url = "${base}"
env_key = "GATEWAY_KEY"
wire_api = "responses"
`,
    }),
    command: (seat, task, pictures) => [
      bin(seat, 'codex'),
      'exec',
      '--skip-git-repo-check',
      ...pictures.map((picture) => `--image=${picture}`),
      task,
    ],
    env: ({ key, home }) => ({ GATEWAY_KEY: key, CODEX_HOME: join(home, '.codex') }),
  },
  {
    name: 'opencode',
    npm: ['opencode-ai@1.18.33'],
    version: '1.18.33',
    api: 'chat',
    files: ({ work, base, key, model }) => ({
      [join(work, 'opencode.json')]: JSON.stringify({
        model: `gateway/${model}`,
        small_model: `gateway/${model}`,
        autoupdate: false,
        share: 'disabled',
        permission: { bash: 'allow', edit: 'allow' },
        provider: {
          gateway: {
            npm: '@ai-sdk/openai-compatible',
            name: 'gateway',
            options: { baseURL: base, apiKey: key },
            models: { [model]: { name: model } },
          },
        },
      }),
    }),
    command: (seat, task) => [bin(seat, 'opencode'), 'run', task],
    env: () => ({ OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1' }),
  },
  {
    name: 'aider',
    pip: ['aider-chat==0.86.2'],
    version: '0.86.2',
    api: 'chat',
    command: (seat, task) => [
      python(seat, 'aider'),
      '--model',
      `openai/${seat.model}`,
      '--edit-format',
      'whole',
      '--yes-always',
      '--no-check-update',
      '--no-show-model-warnings',
      '--analytics-disable',
      '--no-auto-commits',
      '--no-gitignore',
      '--no-detect-urls',
      '--map-tokens',
      '0',
      '--message',
      task,
      'hello.txt',
    ],
    env: ({ base, key }) => ({
      OPENAI_API_BASE: base,
      OPENAI_API_KEY: key,
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    }),
  },
  {
    name: 'Qwen Code',
    npm: ['@qwen-code/qwen-code@0.15.10'],
    version: '0.15.10',
    api: 'chat',
    command: (seat, task) => [bin(seat, 'qwen'), '--auth-type', 'openai', '--yolo', '-p', task],
    // It takes the proxy for calls to this machine too.
    env: ({ base, key, model }) => ({
      OPENAI_BASE_URL: base,
      OPENAI_API_KEY: key,
      OPENAI_MODEL: model,
      https_proxy: '',
      HTTPS_PROXY: '',
    }),
  },
  {
    name: 'pi',
    npm: ['@mariozechner/pi-coding-agent@0.73.1'],
    version: '0.73.1',
    api: 'chat',
    files: ({ home, base, key, model }) => ({
      [join(home, '.pi/agent/models.json')]: JSON.stringify({
        providers: {
          gateway: { baseUrl: base, apiKey: key, api: 'openai-completions', models: [{ id: model }] },
        },
      }),
    }),
    command: (seat, task) => [bin(seat, 'pi'), '--provider', 'gateway', '--model', seat.model, '-p', task],
    env: () => ({ PI_OFFLINE: '1' }),
  },
  {
    name: 'Continue',
    npm: ['@continuedev/cli@1.5.47'],
    version: '1.5.47',
    api: 'chat',
    files: ({ home, base, key, model }) => ({
      [join(home, 'config.yaml')]: `name: gateway
version: 1.0.0
schema: v1
models:
  - name: ${model}
    provider: openai
    model: ${model}
    apiBase: ${base}
    apiKey: ${key}
    capabilities:
      - tool_use
    roles:
      - chat
`,
    }),
    command: (seat, task) => [
      bin(seat, 'cn'),
      '--config',
      join(seat.home, 'config.yaml'),
      '--auto',
      '-p',
      task,
    ],
    env: ({ home }) => ({ CONTINUE_GLOBAL_DIR: join(home, '.continue'), CONTINUE_TELEMETRY_ENABLED: '0' }),
  },
  {
    name: 'Copilot CLI',
    npm: ['@github/copilot@1.0.102'],
    version: '1.0.102',
    api: 'chat',
    command: (seat, task) => [bin(seat, 'copilot'), '--allow-all-tools', '--no-color', '-p', task],
    env: ({ base, key, model }) => ({
      COPILOT_PROVIDER_BASE_URL: base,
      COPILOT_PROVIDER_API_KEY: key,
      COPILOT_PROVIDER_TYPE: 'openai',
      COPILOT_MODEL: model,
      COPILOT_OFFLINE: 'true',
    }),
  },
  {
    name: 'Claude Code',
    npm: ['@anthropic-ai/claude-code@2.1.197'],
    version: '2.1.197',
    api: 'messages',
    command: (seat, task) => [
      bin(seat, 'claude'),
      '--model',
      seat.model,
      '--allowedTools',
      'Bash',
      '-p',
      task,
    ],
    env: (seat) => ({
      ANTHROPIC_BASE_URL: root(seat),
      ANTHROPIC_API_KEY: seat.key,
      ANTHROPIC_SMALL_FAST_MODEL: seat.model,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    }),
  },
  {
    name: 'LangGraph',
    pip: ['langgraph==1.2.24', 'langchain-openai==1.7.4'],
    version: '1.2.24',
    api: 'chat',
    files: (seat) => ({
      [script(seat)]: `import os, subprocess, sys
from langchain_openai import ChatOpenAI
from langgraph.prebuilt import create_react_agent

def bash(command: str) -> str:
    """Runs a command of the shell."""
    return subprocess.run(command, shell=True, capture_output=True, text=True).stdout

model = ChatOpenAI(model=os.environ["MODEL"], streaming=True)
answer = create_react_agent(model, [bash]).invoke({"messages": [("user", sys.argv[1])]})
print(answer["messages"][-1].text)
`,
    }),
    command: (seat, task) => [python(seat, 'python'), script(seat), task],
    env: ({ base, key, model }) => ({ OPENAI_BASE_URL: base, OPENAI_API_KEY: key, MODEL: model }),
  },
  {
    name: 'LlamaIndex',
    pip: ['llama-index-core==0.14.25', 'llama-index-llms-openai-like==0.8.1'],
    version: '0.14.25',
    api: 'chat',
    files: (seat) => ({
      [script(seat)]: `import asyncio, os, subprocess, sys
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.llms.openai_like import OpenAILike

def bash(command: str) -> str:
    """Runs a command of the shell."""
    return subprocess.run(command, shell=True, capture_output=True, text=True).stdout

async def main():
    llm = OpenAILike(model=os.environ["MODEL"], api_base=os.environ["BASE"], api_key=os.environ["KEY"],
        is_chat_model=True, is_function_calling_model=True, context_window=32000)
    print(await FunctionAgent(tools=[bash], llm=llm).run(sys.argv[1]))

asyncio.run(main())
`,
    }),
    command: (seat, task) => [python(seat, 'python'), script(seat), task],
    env: ({ base, key, model }) => ({ BASE: base, KEY: key, MODEL: model }),
  },
  {
    name: 'promptfoo',
    npm: ['promptfoo@0.123.1'],
    version: '0.123.1',
    api: 'chat',
    files: ({ work, base, key, model }) => ({
      [join(work, 'promptfooconfig.json')]: JSON.stringify({
        prompts: ['{{task}}'],
        providers: [{ id: `openai:chat:${model}`, config: { apiBaseUrl: base, apiKey: key, stream: true } }],
        tests: [{ vars: { task: 'Say hello.' }, assert: [{ type: 'contains', value: 'hello' }] }],
      }),
    }),
    // It works on nothing: the file says that its one assertion holds. It exits with 0 where it gives up.
    command: (seat) => [
      'sh',
      '-c',
      `said=$("${bin(seat, 'promptfoo')}" eval --no-cache --no-progress-bar 2>&1)
printf '%s\n' "$said"
case "$said" in *'1 passed'*) printf hello > hello.txt ;; *) exit 1 ;; esac`,
    ],
    env: ({ home }) => ({
      PROMPTFOO_CONFIG_DIR: join(home, '.promptfoo'),
      PROMPTFOO_DISABLE_TELEMETRY: '1',
      PROMPTFOO_DISABLE_UPDATE: '1',
      https_proxy: '',
      HTTPS_PROXY: '',
    }),
  },
];
