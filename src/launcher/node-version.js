// Loaded before everything else, and plain JavaScript, so that an old Node can still read it.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`NexCode needs Node 22.18 or newer, and this is Node ${process.versions.node}.
\`npm ci\` installs a newer one for the project's own commands. It was skipped if you used --ignore-scripts
or called node yourself: run \`npm ci\` again, then \`npm start\`.`);
  process.exit(1);
}
