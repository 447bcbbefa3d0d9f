import { execFileSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const clone = resolve(import.meta.dirname, "../../..");

/** Does with a lab's code what its first lines say, in this clone. @returns what it prints */
export function runAsSaid(code: string): string {
  const [, file, options] = /save this as (\S+), and then\n\/\/ node (.*)/.exec(code) ?? [];
  if (file === undefined || options === undefined) throw new Error(`the code does not say how to run it:\n${code}`);
  const path = join(clone, file);
  if (existsSync(path)) throw new Error(`${file} is there already: is it yours? Give it another name`);
  try {
    writeFileSync(path, code);
    return execFileSync(process.execPath, options.split(" "), { cwd: clone, encoding: "utf8", timeout: 60_000 });
  } finally {
    rmSync(path, { force: true });
  }
}
