/** The project's own Python for tests that need it; where it is not there, they are skipped and say how to get it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TestContext } from 'vitest';
import { canMakePython, MAKE_PYTHON, projectPython } from '../../scripts/python/environment.ts';

const run = promisify(execFile);

/** What becomes of a Python test: it runs with this interpreter, is skipped for a reason, or fails with one. */
export type PythonVerdict =
  | { readonly kind: 'run'; readonly interpreter: string }
  | { readonly kind: 'skip' | 'fail'; readonly reason: string };

/**
 * @param interpreter that of a complete `.venv`, undefined without one.
 * @param canMake whether the machine could make one.
 * @param ci whether this is a run in CI, where nothing that could have run may be skipped.
 */
export function pythonVerdict(interpreter: string | undefined, canMake: boolean, ci: boolean): PythonVerdict {
  if (interpreter !== undefined) return { kind: 'run', interpreter };
  const reason = `.venv is missing or not complete: run "${MAKE_PYTHON}" once.`;
  return { kind: ci && canMake ? 'fail' : 'skip', reason };
}

/**
 * The interpreter to run a test with. Skips the test without one.
 * @throws in CI, where the machine could have made it.
 */
export async function pythonFor({ skip }: Pick<TestContext, 'skip'>): Promise<string> {
  const ci = process.env['CI'] === 'true';
  const verdict = pythonVerdict(await projectPython(), ci && (await canMakePython()), ci);
  if (verdict.kind === 'run') return verdict.interpreter;
  if (verdict.kind === 'fail') throw new Error(verdict.reason);
  return skip(verdict.reason);
}

/**
 * What a Python program prints, run to its end without proxies or keys of this machine.
 * @throws where it exits with an error, with what it complained of.
 */
export async function runPython(
  interpreter: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { PATH, HOME } = process.env;
  // -B: it leaves no compiled file behind.
  const { stdout } = await run(interpreter, ['-B', ...args], { env: { PATH, HOME, no_proxy: '*', ...more } });
  return stdout;
}
