import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** Blocks of a docstring's `@example`, up to the next tag or the end. */
const EXAMPLE = /^[ \t]*\* @example[ \t]*(.*)\n((?:[ \t]*\*(?! @|\/).*\n)*)/gm;
/**
 * What an example may leave open: names of the reader's own (`sentences`), which are whatever is wanted, modules that its package does
 * not know, and values that nothing is done with.
 */
const OPEN = new Set([
  "TS2304",
  "TS2307",
  "TS2552",
  "TS18004",
  "TS6133",
  "TS6192",
  "TS6196",
  "TS6198",
  "TS7005",
  "TS7006",
  "TS7031",
  "TS7034",
]);

/** The examples of a package's docstrings: where each stands, and its code. Those that leave something out (`{ … }`) are none. */
export function docstringExamples(folder) {
  const files = readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  return files.flatMap((file) => {
    const source = readFileSync(join(folder, "src", file), "utf8");
    return [...source.matchAll(EXAMPLE)]
      .map(({ 1: first, 2: rest, index }) => ({
        place: `${file}:${source.slice(0, index).split("\n").length}`,
        code: `${first}\n${rest.replaceAll(/^[ \t]*\* ?/gm, "")}`,
      }))
      .filter(({ code }) => !code.replaceAll(/\/\/.*$|"[^"]*"/gm, "").includes("…"));
  });
}

/**
 * What the compiler says of examples, each a program of its own in which all that these packages export is there.
 * @param examples of `docstringExamples` @param modules names of modules, and what each exports
 */
export function faultsOf(folder, examples, modules) {
  const place = join(folder, "test-results/docstrings");
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  try {
    for (const [at, { code }] of examples.entries()) {
      const program = code.startsWith("override ") ? `abstract class Example extends Module { ${code} }` : code;
      writeFileSync(join(place, `example${at}.ts`), `${importsOf(program, modules)}\n${program}\nexport {};\n`);
    }
    const settings = {
      extends: "../../tsconfig.json",
      compilerOptions: { noEmit: true, incremental: false, composite: false },
      include: ["*.ts"],
      exclude: [],
    };
    writeFileSync(join(place, "tsconfig.json"), JSON.stringify(settings));
    const tsc = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");
    const { stdout, error } = spawnSync(process.execPath, [tsc, "--pretty", "false", "-p", place], {
      encoding: "utf8",
      timeout: 240_000,
    });
    if (error !== undefined) throw error;
    return stdout.split("\n").flatMap((line) => {
      const [, number, , rule, text] = /example(\d+)\.ts\((\d+),\d+\): error (TS\d+): (.*)/.exec(line) ?? [];
      if (number === undefined) return line.includes("error TS") && !line.startsWith(" ") ? [line] : [];
      // What follows from a name of the reader's own may be unknown.
      return OPEN.has(rule) || text.includes("unknown") ? [] : [`${examples[number].place}: ${text}`];
    });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Imports of what an example uses and does neither import nor declare itself; of a name that two modules have, the first's. */
function importsOf(code, modules) {
  const own = new Set([...code.matchAll(/\b(?:const|let|using|function|class)\s+(\w+)/g)].map(([, name]) => name));
  for (const [, names] of code.matchAll(/(?:const|let)\s*[[{]([^}\]=]*)[}\]]\s*=|import\s*\{([^}]*)\}/g)) {
    for (const name of (names ?? "").match(/\w+/g) ?? []) own.add(name);
  }
  for (const [, names] of code.matchAll(/import\s*\{([^}]*)\}/g))
    for (const name of names.match(/\w+/g) ?? []) own.add(name);
  // Of small names only those that are called: others are the reader's own, as `lstm` in `lstm.forward(x)`.
  const words = new Set(code.replaceAll(/"[^"\n]*"|\/\/.*$/gm, "").match(/\b[A-Z]\w*\b|\b[a-z]\w*\b(?=\()/g));
  const taken = new Set();
  return [...modules]
    .map(([module, names]) => {
      const wanted = names.filter((name) => words.has(name) && !own.has(name) && !taken.has(name));
      for (const name of wanted) taken.add(name);
      return wanted.length === 0 ? "" : `import { ${wanted.join(", ")} } from "${module}";`;
    })
    .join(" ");
}
