// Loaded before everything else, and plain JavaScript, so that an old Node can still read it.
// 24 is the first with `await using`, which the code is written with.
const NEEDED = 24;

const [major] = process.versions.node.split('.').map(Number);
if (major < NEEDED) {
  console.error(`NexCode's commands need Node ${NEEDED} or newer, and this is Node ${process.versions.node}.
With Node 20 or newer, \`npm ci\` installs Node ${NEEDED} for the commands of package.json, such as \`npm start\`.
That was skipped if you used --omit=optional, or called node yourself: run \`npm ci\` again, then \`npm start\`. For some
platforms (Windows on ARM, Alpine Linux) there is none to install: there, install Node ${NEEDED} yourself.`);
  process.exit(1);
}

// What serves and builds stands among the development packages.
try {
  import.meta.resolve('wrangler');
} catch {
  console.error(
    'NexCode is not installed whole: what serves it is missing. Run `npm ci`, without `--omit=dev` or `--production`, and with NODE_ENV unset.',
  );
  process.exit(1);
}
