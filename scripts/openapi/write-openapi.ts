/** Writes the OpenAPI document and its readable page into the site. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeIfChanged } from '../write-if-changed.ts';
import { openApiDocument } from './document.ts';
import { referencePage } from './reference-page.ts';

/** Where the document is served. */
export const DOCUMENT_PATH = '/openapi.json';

const manifest = z.looseObject({ version: z.string() });

/** The document of this checkout. */
export async function projectDocument(root: string) {
  const { version } = manifest.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  return openApiDocument(version);
}

/** Writes `openapi.json` and `docs/api-reference.html` into `dist/site` under `root`. */
export async function writeOpenApi(root: string): Promise<void> {
  const document = await projectDocument(root);
  const site = join(root, 'dist/site');
  await writeIfChanged(join(site, DOCUMENT_PATH), JSON.stringify(document));
  await writeIfChanged(join(site, 'docs/api-reference.html'), referencePage(document));
}
