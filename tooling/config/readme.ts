import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a README's example printed, and what its comments say that it prints. */
export interface ExampleRun {
  readonly printed: readonly string[];
  readonly promised: readonly string[];
}

/** A block of code in TypeScript. */
const EXAMPLE = /```ts\n([^]*?)```/g;
/** `console.log(…); // what it prints`. */
const PROMISE = /console\.log\(.*\);\s*\/\/ (.*)$/gm;

/**
 * Runs the first TypeScript example of a package's README, as a program of its own that imports the package by name, and
 * gives what it printed beside what the comments after its `console.log` calls promise.
 *
 * @example test("the README's example", () => { const { printed, promised } = runReadmeExample(); expect(printed).toEqual(promised); })
 * @param folder the package's; the working folder if absent, as tests have it
 */
export function runReadmeExample(folder: string = process.cwd()): ExampleRun {
  const [first] = readmeExamples(folder);
  if (first === undefined) throw new Error(`${folder}/README.md has no block of code that starts with \`\`\`ts`);
  return runExample(first, folder);
}

/** The TypeScript examples of a package's README, each a program. */
export function readmeExamples(folder: string = process.cwd()): readonly string[] {
  return [...readFileSync(`${folder}/README.md`, "utf8").matchAll(EXAMPLE)].map(([, code = ""]) => code);
}

/** Runs an example in a package's folder. */
export function runExample(example: string, folder: string = process.cwd()): ExampleRun {
  const promised = [...example.matchAll(PROMISE)].map(([, text = ""]) => text);
  if (promised.length === 0)
    throw new Error(`${folder}/README.md: its example must print something, and say in a comment what`);
  // A file, as an example may start itself again as a worker; where git does not look, and imports resolve as in the package.
  const file = join(folder, "test-results", `readme-example-${randomUUID()}.ts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, example);
  try {
    const options = ["--conditions=@unfoldjs/source", "--disable-warning=ExperimentalWarning"];
    const printed = execFileSync(process.execPath, [...options, file], { cwd: folder, encoding: "utf8" });
    return { printed: printed.trimEnd().split("\n"), promised };
  } finally {
    rmSync(file);
  }
}
