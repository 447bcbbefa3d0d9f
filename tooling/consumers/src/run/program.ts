import { execFile } from "node:child_process";

/** Nothing that a consumer runs takes longer, in milliseconds. */
export const PATIENCE = 120_000;

/**
 * Runs a program to its end.
 * @returns what it printed
 * @throws Error with all that it printed if it fails
 */
export function runProgram(command: string, args: readonly string[], folder: string): Promise<string> {
  // How the program that runs the tests was started is none of the consumer's business.
  const env: NodeJS.ProcessEnv = { ...process.env, DO_NOT_TRACK: "1", NEXT_TELEMETRY_DISABLED: "1" };
  for (const name of ["NODE_ENV", "NODE_OPTIONS", "NODE_PATH"]) delete env[name];
  return new Promise((done, fail) => {
    const settings = { cwd: folder, env, timeout: PATIENCE, shell: process.platform === "win32" };
    execFile(command, args, settings, (error, stdout, stderr) => {
      if (error === null) done(stdout);
      else fail(new Error([`${command} ${args.join(" ")}`, error.message, stdout, stderr].join("\n").trim()));
    });
  });
}
