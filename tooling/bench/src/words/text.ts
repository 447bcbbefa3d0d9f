import { readFileSync } from "node:fs";
import { words } from "@unfoldjs/embeddings";
import { verses } from "@unfoldjs/datasets";

/** Sentences in small words: the verses of the King James Bible, or the lines of a file. */
export async function sentencesOf(file: string | undefined): Promise<string[][]> {
  const lines =
    file === undefined
      ? (await verses({ translation: "kingJames" })).map(({ text }) => text)
      : readFileSync(file, "utf8").split("\n");
  return lines.map((line) => words(line, { by: /[a-z]+/g, lowerCase: true })).filter((line) => line.length > 0);
}
