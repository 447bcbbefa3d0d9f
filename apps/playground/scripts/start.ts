import { Command, InvalidArgumentError } from "commander";
import { CannotServeError, servePages } from "./preview-server.ts";

// What `npm start` runs once everything is built.

interface Options {
  /** `true` where the option stands without an address. */
  readonly host?: string | true;
  readonly port: number;
}

const PORT = 4173;
const LARGEST_PORT = 65_535;

const command = new Command("npm start --")
  .description("Serves the playground: labs in which networks train before your eyes.")
  .option("--port <n>", `where it listens, 0 for any free port`, portNumber, PORT)
  .option("--host [address]", "lets other machines in, at one address of this one or at all")
  .helpOption("--help", "show this")
  .showHelpAfterError("Add --help to see the options.")
  .allowExcessArguments(false)
  .action(start);

try {
  await command.parseAsync();
} catch (error) {
  if (!(error instanceof CannotServeError)) throw error;
  console.error(`\n✗ ${error.message}\n`);
  process.exitCode = 1;
}

async function start(options: Options): Promise<void> {
  const server = await servePages(options);
  // Before anything says so. The second Ctrl-C is the system's own, should closing hang.
  process.once("SIGINT", () => void server.close().then(() => process.exit(0)));
  const { local, network } = server.resolvedUrls ?? { local: [], network: [] };
  const lines = [
    "The playground is ready. Open",
    "",
    ...local.map((address) => `  ${address}`),
    ...network.map((address) => `  ${address}  from other machines`),
  ];
  if (network.length > 0) {
    lines.push(
      "",
      "Opened from another machine over plain http, a page is no secure context: it computes on one thread, without camera.",
    );
  }
  console.log(`\n${lines.join("\n")}\n\nCtrl-C stops it.`);
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= LARGEST_PORT) return port;
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${LARGEST_PORT}.`);
}
