// Reads a command's options; an unknown one is a clear error.

import { parseArgs } from "node:util";
import { CannotContinue } from "./report.mjs";

/**
 * @param {string} command as people type it, for example "npm run setup"
 * @param {string} usage what `--help` prints
 * @param {import("node:util").ParseArgsConfig["options"]} options
 * @param {string[]} args
 * @returns the values, or undefined if the usage was asked for and has been printed
 */
export function readOptions(command, usage, options, args) {
  let values;
  try {
    ({ values } = parseArgs({ args, options: { ...options, help: { type: "boolean", short: "h" } } }));
  } catch (error) {
    const separator = command === "npm test" || command.startsWith("npm run") ? " -- --help" : " --help";
    throw new CannotContinue(`${command}: ${error.message.split(". To specify")[0]}.`, command + separator, 2);
  }
  if (values.help) {
    console.log(usage);
    return undefined;
  }
  return values;
}
