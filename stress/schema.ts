/**
 * `npm run schema`: requests that schemathesis makes from the OpenAPI document, against the built server with a fake
 * upstream. Fails where an answer is not one that the document names.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { countOption, scriptOptions } from '../scripts/options.ts';
import { canMakePython, makePython, projectPython, SCHEMATHESIS } from '../scripts/python/environment.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { startGateway } from '../test/support/gateway.ts';
import { startUpstream } from '../test/support/upstream.ts';
import { runScript } from './run-script.ts';
import { answerByPath } from './schema/upstream.ts';

const HELP = `npm run schema: schemathesis against the running server, by its OpenAPI document (needs python3 with venv and pip, and the network the first time).

  --examples N   the most requests for an operation (40)
  --seed N       the seed of an earlier run, to repeat it`;

const options = scriptOptions(HELP, { examples: { type: 'string' }, seed: { type: 'string' } });
const examples = countOption('examples', options.examples, 40);
const seed = countOption('seed', options.seed, Math.floor(Math.random() * 999_999_999));

const API_TOKEN = 'token-of-the-schema-run-0123';

/** What holds of every answer. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];

/**
 * What the gateway's own endpoints hold too: they check all that the document says of a request. `Allow` of an OPTIONS
 * is not compared: whose endpoint a path is depends on the caller, whom a preflight does not tell.
 */
const OWN_CHECKS = [...CHECKS, 'negative_data_rejection', 'unsupported_method', 'use_after_free'];

const OWN_TAGS = ['keys', 'usage', 'server'];

await runScript(main);

async function main(): Promise<void> {
  const found = await projectPython(SCHEMATHESIS);
  if (found === undefined && !(await canMakePython())) {
    throw new Error('python3 is missing, or it has no venv and pip (Debian: apt install python3-venv).');
  }
  const python = found ?? (await makePython(SCHEMATHESIS));
  await buildWorker(BUILT_WORKER);
  await using upstream = await startUpstream();
  upstream.always(answerByPath);
  await using gateway = await startGateway({
    OPENAI_API_BASE: upstream.base,
    OPENAI_API_KEY: 'sk-server-of-the-schema-run',
    API_TOKEN,
    REQUIRE_AUTH: 'true',
    LEDGER: 'true',
    OTEL_METRICS_EXPORTER: 'prometheus',
    KEYS_SECRET: 'keys-secret-of-the-schema-run-0123456789',
  });
  console.log(`seed ${seed}\n`);
  const own = OWN_TAGS.flatMap((tag) => ['--include-tag', tag]);
  const others = [...OWN_TAGS, 'pages'].flatMap((tag) => ['--exclude-tag', tag]);
  // A WebSocket is no exchange of requests and answers.
  const runs = [
    [...own, '--checks', OWN_CHECKS.join(',')],
    [...others, '--exclude-path', '/v1/realtime', '--checks', CHECKS.join(',')],
  ];
  for (const chosen of runs) await schemathesis(python, gateway.url, chosen);
}

async function schemathesis(python: string, url: string, chosen: readonly string[]): Promise<void> {
  const child = spawn(
    join(dirname(python), 'schemathesis'),
    [
      'run',
      `${url}/openapi.json`,
      ...chosen,
      '--header',
      `Authorization: Bearer ${API_TOKEN}`,
      '--phases',
      'examples,coverage,fuzzing',
      '--max-examples',
      String(examples),
      '--seed',
      String(seed),
      '--continue-on-failure',
      '--generation-database',
      'none',
      '--no-color',
    ],
    { stdio: 'inherit', env: { ...process.env, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' } },
  );
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`Some answers are not those of the document (--seed ${seed}).`);
}
