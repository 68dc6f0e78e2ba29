/** How a script of this folder ends. */
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
