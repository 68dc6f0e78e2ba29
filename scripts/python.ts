/** `npm run python`: makes `.venv`, with which `npm test` runs the official clients for Python. Does nothing where it is complete. */
import { scriptOptions } from './options.ts';
import { canMakePython, makePython, projectPython } from './python/environment.ts';

scriptOptions(
  'npm run python: makes .venv with the official clients for Python (needs python3 with venv and pip, and the network).',
  {},
);

const ready = await projectPython();
if (ready !== undefined) console.log(`${ready} is complete.`);
else if (await canMakePython()) console.log(`${await makePython()} is complete.`);
else {
  console.error('python3 is missing, or it has no venv and pip (Debian: apt install python3-venv).');
  process.exitCode = 1;
}
