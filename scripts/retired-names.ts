/**
 * Names that the code has given up for the field's own terms. `npm run check` fails where a file, an export or a type has
 * one of them again; in a comment or a text the words are free.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Each retired name, and what stands in its place. */
const RETIRED: Readonly<Record<string, string>> = {
  letRest: 'startCooldown',
  endRest: 'endCooldown',
  isResting: 'isCoolingDown',
  restedFirst: 'coolingLast',
  isPassing: 'isRetryable',
  PASSING: 'RETRYABLE',
  holdBack: 'bufferUntilContent',
  holdUntilContent: 'bufferUntilContent',
  SlowTap: 'SampledReader',
  unquotable: 'unsupportedParams',
  collectChat: 'aggregateChat',
  unfoldChat: 'expandChat',
  Wanted: 'ResponseOptions',
  completionWay: 'completionStrategy',
  said: 'quotedResponse',
  EventData: 'EventReader',
  startOver: 'reload',
  takeIn: 'importFile',
  leaveBehind: 'saveOnExit',
  Keeper: 'Store',
  Shelf: 'StorageArea',
  speak: 'loadLanguage',
  speakMore: 'loadWholeLanguage',
  AgainWith: 'RegenerateWith',
};

/** The same for files, without their ending. */
const RETIRED_FILES: ReadonlySet<string> = new Set([
  'rest',
  'slow-tap',
  'way',
  'unquotable',
  'chat-collect',
  'chat-unfold',
  'event-data',
  'read-ahead',
  'take-in',
  'keeper',
  'again-with',
  'start-over',
]);

const DECLARATION = /^(?:export )?(?:async )?(?:function\*?|class|interface|type|const|let) +(\w+)/gm;

/** A line for each retired name below these folders, such as `src/worker/routing/rest.ts: ...`. */
export async function retiredNames(root: string, folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    const names = await readdir(join(root, folder), { recursive: true });
    for (const name of names.filter((each) => /\.tsx?$/.test(each))) {
      const file = `${folder}/${name}`;
      if (RETIRED_FILES.has(basename(name).replace(/\.tsx?$/, '')))
        found.push(`${file}: the file's name is retired`);
      const text = await readFile(join(root, file), 'utf8');
      for (const [, declared = ''] of text.matchAll(DECLARATION)) {
        const instead = Object.hasOwn(RETIRED, declared) ? RETIRED[declared] : undefined;
        if (instead !== undefined) found.push(`${file}: ${declared} is called ${instead} now`);
      }
    }
  }
  return found;
}
