/** Which server is asked, and with which key. Pure. */
import { DEFAULT_ADDRESS } from '../launcher/address.ts';
import { CommandError } from './exit.ts';
import type { Words } from './words.ts';

/** A server as a profile keeps it. */
export interface Profile {
  readonly base_url: string;
  readonly api_key?: string | undefined;
  readonly model?: string | undefined;
}

/** Where a command asks. */
export interface Connection {
  /** With `/v1`, as a client takes it. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  /** The model where none is named; undefined leaves it to the server. */
  readonly model: string | undefined;
  /** Nobody said where: it is the usual place on this machine. */
  readonly isDefault: boolean;
}

/** The places where a server can be named, beside the profiles. */
export interface ConnectionSources {
  readonly flags: {
    readonly baseUrl?: string | undefined;
    readonly apiKey?: string | undefined;
    readonly profile?: string | undefined;
  };
  readonly environment: NodeJS.ProcessEnv;
  readonly profiles: Readonly<Record<string, Profile>>;
}

/** The base URL of a server that was started on this machine without a word of where. */
export const DEFAULT_BASE = `http://${DEFAULT_ADDRESS.host}:${DEFAULT_ADDRESS.port}/v1`;
const DEFAULT_PROFILE = 'default';

/**
 * The strongest place that names a server: flags, the profile that is asked for, NEXCODE_BASE_URL, OPENAI_BASE_URL, the
 * profile `default`, a server on this machine. Its key comes from there or from a stronger place, so that a key which is
 * meant for one server is never sent to another.
 * @throws {CommandError} for a profile that there is not, or a base URL that is none.
 */
export function connectionFrom(
  { flags, environment, profiles }: ConnectionSources,
  words: Words,
): Connection {
  const asked = flags.profile ?? given(environment['NEXCODE_PROFILE']);
  const named = asked === undefined ? undefined : own(profiles, asked);
  if (asked !== undefined && named === undefined) {
    throw new CommandError(words.noSuchProfile(asked, Object.keys(profiles)));
  }
  const usual = own(profiles, DEFAULT_PROFILE);
  const openai = given(environment['OPENAI_BASE_URL']);
  const places: readonly Place[] = [
    { base: flags.baseUrl, key: flags.apiKey },
    ...(named === undefined ? [] : [placeOf(named)]),
    { base: given(environment['NEXCODE_BASE_URL']), key: given(environment['NEXCODE_API_KEY']) },
    ...(openai === undefined && usual !== undefined ? [placeOf(usual)] : []),
    { base: openai ?? DEFAULT_BASE, key: given(environment['OPENAI_API_KEY']) },
  ];
  const position = places.findIndex(({ base }) => base !== undefined);
  const chosen = places[position];
  // The key of the environment is for the server of a flag too; that of a profile stays with its server.
  const eligible =
    flags.baseUrl === undefined ? places.slice(0, position + 1) : places.filter(({ kept }) => kept !== true);
  return {
    baseUrl: baseUrlOf(chosen?.base ?? DEFAULT_BASE, words),
    apiKey: eligible.find(({ key }) => key !== undefined)?.key,
    model: given(environment['NEXCODE_MODEL']) ?? chosen?.model,
    isDefault: position === places.length - 1 && openai === undefined,
  };
}

/**
 * A base URL as clients take it: an address without a path gets `/v1`.
 * @throws {CommandError} for what is no http or https URL, or holds credentials.
 */
export function baseUrlOf(text: string, words: Words): string {
  const url = URL.parse(text);
  const isUsable =
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (!isUsable) throw new CommandError(words.badBaseUrl);
  const path = url.pathname.replace(/\/+$/, '');
  return `${url.origin}${path === '' ? '/v1' : path}`;
}

/** The address of the server itself, without `/v1`. */
export function serverUrl({ baseUrl }: Connection): string {
  return baseUrl.replace(/\/v1$/, '');
}

interface Place {
  readonly base: string | undefined;
  readonly key: string | undefined;
  readonly model?: string | undefined;
  /** It stands in the file of profiles. */
  readonly kept?: true;
}

function placeOf({ base_url: base, api_key: key, model }: Profile): Place {
  return { base, key, model, kept: true };
}

function own(profiles: Readonly<Record<string, Profile>>, name: string): Profile | undefined {
  return Object.hasOwn(profiles, name) ? profiles[name] : undefined;
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}
