// The table of what a package exports: each value with the first sentence of its docstring, by the room of its source.
// `node tooling/check/exports.mjs --update` writes it to the packages' EXPORTS.md; `exports.test.mjs` fails where one drifted.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

const packages = resolve(import.meta.dirname, "../../packages");

/** The packages that have such a table. */
export const LISTED = [
  "tensor-core",
  "autograd",
  "nn",
  "vision-layers",
  "sequence-layers",
  "embeddings",
  "datasets",
  "decoding",
];

/** `export { name, type Other } from "./file.ts";` */
const EXPORT = /^export (type )?\{([^}]*)\} from "([^"]+)";/gm;

/** The values that an index file exports: the name, its name in its file, the file. */
function valuesOf(index) {
  return [...readFileSync(index, "utf8").matchAll(EXPORT)].flatMap(([, onlyTypes, list, from]) =>
    list
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "" && onlyTypes === undefined && !item.startsWith("type "))
      .map((item) => {
        const [inside, name = inside] = item.split(" as ");
        return { name, inside, file: fileOf(index, from) };
      }),
  );
}

/** The index files of a package: its own, and those of what is imported by a longer name. */
const INDICES = ["index.ts", "pictures.ts", "inspect.ts", "text.ts", "corpus.ts", "tfjs/index.ts"];

/** The source of what a file imports: of a sibling package, its index. */
function fileOf(importer, from) {
  return from.startsWith("@unfoldjs/")
    ? join(packages, from.slice("@unfoldjs/".length), "src/index.ts")
    : resolve(dirname(importer), from);
}

/** The docstring of a name in a file, or in the one that the file has it from. */
function docstringOf(file, name) {
  const source = readFileSync(file, "utf8");
  const declaration = `export (?:declare |abstract |async )*(?:function|class|const)\\s+${name}\\b`;
  const declared = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*${declaration}`).exec(source);
  if (declared !== null) return declared[1];
  if (new RegExp(declaration).test(source)) return undefined;
  const named = new RegExp(`(?:import|export) \\{[^}]*\\b${name}\\b[^}]*\\} from "([^"]+)"`).exec(source);
  return named === null ? undefined : docstringOf(fileOf(file, named[1]), name);
}

/** Up to the first stop that ends a sentence, or the first tag. */
function firstSentence(docstring) {
  const lines = docstring
    .replace(/^\s*\* ?/gm, "")
    .replace(/\s+/g, " ")
    .trim();
  const [text] = lines.split(/(?:^| )@[a-z]+/);
  const sentence = /^(.*?[^.\d][.:;])(?= [A-Z\p{Lu}`(]|$)/u.exec(text)?.[1] ?? text;
  return sentence.replace(/[.:;]$/, "").replaceAll("|", "\\|");
}

/**
 * The table of one package.
 * @returns the text of its EXPORTS.md, and the exports that have no sentence of their own
 */
export function tableOf(name) {
  const source = join(packages, name, "src");
  const rooms = new Map();
  const silent = [];
  const indices = INDICES.map((index) => join(source, index)).filter((index) => existsSync(index));
  for (const { name: exported, inside, file } of indices.flatMap(valuesOf)) {
    const docstring = docstringOf(file, inside);
    const sentence = docstring === undefined ? "" : firstSentence(docstring);
    if (sentence === "" && !exported.startsWith("assert")) silent.push(exported);
    const room = relative(source, dirname(file)).split(sep).join("/") || "the package itself";
    // What only checks arguments says what it throws, and no more.
    rooms.set(room, [...(rooms.get(room) ?? []), `| \`${exported}\` | ${sentence || "checks an argument"} |`]);
  }
  const tables = [...rooms]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([room, rows]) => `## ${room}\n\n| export | what it is |\n| --- | --- |\n${rows.toSorted().join("\n")}\n`);
  const head = `# What @unfoldjs/${name} exports\n\n<!-- Written by tooling/check/exports.mjs from the docstrings. -->\n`;
  return { text: `${head}\n${tables.join("\n")}`, silent };
}

/** Where the table of a package lies. */
export function tablePath(name) {
  return join(packages, name, "EXPORTS.md");
}

if (process.argv.includes("--update")) {
  for (const name of LISTED) writeFileSync(tablePath(name), tableOf(name).text);
}
