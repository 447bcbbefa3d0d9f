import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import type { ColdStartProblem, Contender } from "../work.ts";

/**
 * A whole process of this Node: starts, imports a library, multiplies two matrices, ends.
 * @param name of the program in this folder; it gets the operands, prints the product, numbers with commas between
 * @param more further arguments for it
 */
export function processOf(name: string, { left, right }: ColdStartProblem, ...more: readonly string[]): Contender {
  const args = [join(import.meta.dirname, `${name}.mjs`), left.join(), right.join(), ...more];
  return {
    run: async () => void (await runNode(args)),
    outputs: async () => ({ product: (await runNode(args)).split(",").map(Number) }),
    dispose() {},
  };
}

/** What Node itself takes: a process with nothing to do. */
export function emptyProcess(): Pick<Contender, "run"> {
  return { run: async () => void (await runNode(["--eval", ""])) };
}

/** @returns what it printed @throws Error with what it complained of, if it failed */
async function runNode(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((done, fail) => child.on("error", fail).on("close", done));
  const [printed, complaint, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`node ${args[0]} ended with ${code}: ${complaint.trim()}`);
  return printed;
}
