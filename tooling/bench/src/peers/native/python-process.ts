import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A process that answers questions, one after another. */
export interface Answers {
  /** @throws Error with what the process says went wrong, or that it has ended */
  ask(question: Readonly<Record<string, unknown>>): Promise<unknown>;
  close(): void;
}

/** Runs `pytorch.py` in one mode. */
export function startPython(python: string, mode: string): Answers {
  const process = spawn(python, ["-u", join(import.meta.dirname, "pytorch.py"), mode], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting: { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void }[] = [];
  let end: Error | undefined;
  const fail = (error: Error): void => {
    end ??= error;
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  process.on("error", (error) => fail(new Error(`${python} does not start: ${error.message}`)));
  process.on("close", (code) => fail(new Error(`${python} has ended with code ${code}: see above; has it torch?`)));
  process.stdin.on("error", () => {}); // it has ended, which is told
  createInterface(process.stdout).on("line", (line) => {
    const { result, error } = JSON.parse(line) as { readonly result?: unknown; readonly error?: string };
    const asked = waiting.shift();
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error));
  });
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (end !== undefined) return reject(end);
        waiting.push({ resolve, reject });
        process.stdin.write(`${JSON.stringify(question)}\n`);
      }),
    close: () => process.stdin.end(),
  };
}
