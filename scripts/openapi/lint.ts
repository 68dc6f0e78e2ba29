/** Checks the OpenAPI document by Redocly's strict rules (https://redocly.com/docs/cli/rules/recommended). */
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { projectDocument } from './write-openapi.ts';

/** What is wrong with the document of a checkout, a sentence each. */
export async function lintOpenApi(root: string): Promise<string[]> {
  const source = JSON.stringify(await projectDocument(root));
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config });
  return problems.map(
    ({ ruleId, message, location }) => `${location[0]?.pointer ?? ''}: ${message} (${ruleId})`,
  );
}
