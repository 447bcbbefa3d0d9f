// The commands of the root: npm run setup | build | demo | example | check | bench | fuzz | soak, npm start, npm test and npm run test:consumers.
// Depends on no package: it installs them.

import "./require-node.mjs";

const commands = [
  "setup",
  "build",
  "demo",
  "example",
  "start",
  "test",
  "test-consumers",
  "check",
  "bench",
  "fuzz",
  "soak",
];
const [name, ...args] = process.argv.slice(2);
if (!commands.includes(name)) {
  console.error(`Unknown command ${JSON.stringify(name)}: give one of ${commands.join(", ")}.`);
  process.exit(2);
}

const { reportFailure } = await import("./report.mjs");
try {
  const { main } = await import(`./commands/${name}.mjs`);
  process.exitCode = await main(args);
} catch (error) {
  process.exitCode = reportFailure(error);
}
