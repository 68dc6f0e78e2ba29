/** LiteLLM's proxy, in Python. */
import { join } from 'node:path';
import { chatForm } from '../contender.ts';
import { isRebuiltStream, RIVAL_TOKEN, type Rival, runInstaller, UPSTREAM_KEY } from './rival.ts';
import { startServer } from './server-process.ts';

const VERSION = '1.106.12';

export const LITELLM: Rival = {
  name: 'LiteLLM proxy',
  version: VERSION,
  registry: 'PyPI',
  settings: {
    en: 'one worker, no database, a master key, every model to one `openai/*` target, logs of errors alone, `LITELLM_MODE=PRODUCTION`',
    zh: '单个 worker，不用数据库，设有主密钥，所有模型指向同一个 `openai/*` 目标，只记录错误，`LITELLM_MODE=PRODUCTION`',
  },
  install: async (place) => {
    await runInstaller('python3', ['-m', 'venv', '.'], place);
    await runInstaller(
      'bin/python',
      ['-m', 'pip', 'install', '--quiet', `litellm[proxy]==${VERSION}`],
      place,
    );
  },
  contender: (place, upstream) => ({
    name: `LiteLLM proxy ${VERSION}`,
    start: () =>
      startServer((_, port) => ({
        command: [
          join(place, 'bin/litellm'),
          '--config',
          'config.yaml',
          '--host',
          '127.0.0.1',
          '--port',
          String(port),
        ],
        // The table of prices comes with the package: without this it is fetched at every start.
        env: {
          LITELLM_LOCAL_MODEL_COST_MAP: 'True',
          LITELLM_LOG: 'ERROR',
          LITELLM_MODE: 'PRODUCTION',
          NO_DOCS: 'True',
        },
        files: { 'config.yaml': configuration(upstream) },
      })),
    form: { ...chatForm({ authorization: `Bearer ${RIVAL_TOKEN}` }), isOwnStream: isRebuiltStream },
    streams: true,
  }),
};

function configuration(upstream: string): string {
  return `model_list:
  - model_name: "*"
    litellm_params: { model: "openai/*", api_base: "${upstream}/v1", api_key: "${UPSTREAM_KEY}" }
litellm_settings: { telemetry: false }
general_settings: { master_key: "${RIVAL_TOKEN}" }
`;
}
