/** What a start prints: where it runs, who may come in and who pays, what is missing and how to fix it. Pure. */

import { isMisconfigured, type Settings } from '../worker/config/settings.ts';
import { OPENAI_BASE } from '../worker/config/upstream.ts';
import { browsableUrl, isLoopback, type ListenAddress, networkUrls } from './address.ts';
import type { Plan } from './plan.ts';

/** A shorter token could be guessed from what a login cookie gives away. */
const MINIMUM_TOKEN_LENGTH = 20;

const MAKE_A_TOKEN = `node -p "crypto.randomBytes(24).toString('base64url')"`;

/**
 * The whole text. Secrets are named, never shown.
 * @param addresses this machine's own, which others can open where the server listens everywhere.
 */
export function greeting(plan: Plan, address: ListenAddress, addresses: readonly string[] = []): string {
  const url = browsableUrl(address);
  const { settings } = plan;
  const lines = [
    'NexCode is running.',
    '',
    `  API          ${url}/v1`,
    `  Page         ${url}`,
    ...networkUrls(address, addresses).map((each) => `  Network      ${each}`),
    ...upstreams(settings),
    `  Credentials  ${credentials(plan)}`,
    `  Access       ${access(settings, address)}`,
    ...notes(plan, address).flatMap((note) => ['', `  ! ${note}`]),
    '',
    'Ctrl-C stops it.',
  ];
  return lines.join('\n');
}

/** Where requests go: the upstreams with what they serve, the default one last, then the entries of MODELS. */
function upstreams({ routing }: Settings): string[] {
  const lines = routing.upstreams.map(({ name, base, models }) => {
    const served = models.length > 0 ? `  (${models.map(({ glob }) => glob).join(', ')})` : '';
    return routing.upstreams.length === 1 ? base : `${name}: ${base}${served}`;
  });
  const routes = [...routing.models].map(
    ([model, { choices, weighted }]) =>
      `${model} -> ${choices.map(({ to, weight }) => (weighted ? `${to} (weight ${weight})` : to)).join(', ')}`,
  );
  return [
    ...lines.map((line, position) => `  ${position === 0 ? 'Upstream     ' : '             '}${line}`),
    ...routes.map((line, position) => `  ${position === 0 ? 'Models       ' : '             '}${line}`),
  ];
}

function credentials({ merged, settings }: Plan): string {
  const secrets = [...merged.secrets].map((name) => {
    const origin = merged.origins.get(name);
    return origin === undefined ? `${name} is not set` : `${name} is set in ${origin}`;
  });
  const callers = settings.allowClientKeys
    ? "callers' own keys are accepted"
    : "callers' own keys are refused";
  return [...secrets, callers].join('; ');
}

function access(settings: Settings, address: ListenAddress): string {
  const door = settings.requireAuth ? 'closed: a request needs API_TOKEN' : 'open: a request needs no token';
  switch (settings.requireAuthReason) {
    case 'set':
      return `${door} (REQUIRE_AUTH is ${settings.requireAuth})`;
    // Decided by a request, never at the start.
    case 'behind_proxy':
    case 'local':
      return `${door} (REQUIRE_AUTH is not set, and only this machine reaches ${address.host}; what comes through a proxy needs a token)`;
    case 'nothing_to_spend':
      return `${door} (REQUIRE_AUTH is not set, and the server has no key that could be spent)`;
    case 'fresh_deployment':
      return `${door} (REQUIRE_AUTH is not set, and ${
        settings.localServer ? 'PUBLIC_HOSTS lets others in' : `other machines can reach ${address.host}`
      })`;
  }
}

function notes({ merged, settings }: Plan, address: ListenAddress): string[] {
  const found: string[] = [];
  if (!settings.hasKey && settings.routing.upstreams.every(({ base }) => base === OPENAI_BASE)) {
    found.push(
      "OPENAI_API_KEY is not set: the model nexcode answers out of the guides, any other needs a key of the caller's. To let the server pay:\n" +
        '      OPENAI_API_KEY=sk-... npm start      (or write it into .dev.vars, as .dev.vars.example shows)',
    );
  }
  if (isMisconfigured(settings)) {
    found.push(
      'REQUIRE_AUTH is on but API_TOKEN is not set, so only callers with keys of their own are served.\n' +
        `      Set API_TOKEN. This makes a good one: ${MAKE_A_TOKEN}`,
    );
  }
  if (settings.apiToken !== undefined && settings.apiToken.length < MINIMUM_TOKEN_LENGTH) {
    found.push(
      `API_TOKEN has fewer than ${MINIMUM_TOKEN_LENGTH} characters and could be guessed.\n` +
        `      This makes a good one: ${MAKE_A_TOKEN}`,
    );
  }
  if (!settings.requireAuth && settings.requireAuthReason === 'set' && !isLoopback(address.host)) {
    found.push(
      "REQUIRE_AUTH is false: whoever reaches this machine over the network can use the server's credentials.",
    );
  }
  for (const name of merged.unknown) {
    found.push(
      `${name} is set in .dev.vars or wrangler.toml, but is not a setting of NexCode. Is it misspelt?`,
    );
  }
  return found;
}
