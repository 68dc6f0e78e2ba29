/** How a script of this folder begins and ends. */
import { messageOf } from './message-of.ts';

/** Runs a script. An error is printed as what it says, without its stack, and makes the script fail. */
export async function runScript(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}

/** Runs a script on Linux. Elsewhere it says why not. */
export async function runOnLinux(main: () => Promise<void>): Promise<void> {
  if (process.platform === 'linux') await runScript(main);
  else console.error('This runs on Linux alone: it reads /proc, or kills processes by a signal.');
}
