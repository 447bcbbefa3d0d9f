import { readFileSync } from "node:fs";
import { verses } from "@unfoldjs/datasets";
import { Vocabulary, words } from "@unfoldjs/embeddings";
import { Generator, scope } from "@unfoldjs/tensor-core";

/** Sentences in small words: the verses of the King James Bible, or the lines of a file. */
export async function sentencesOf(file: string | undefined): Promise<string[][]> {
  const lines =
    file === undefined
      ? (await verses({ translation: "kingJames" })).map(({ text }) => text)
      : readFileSync(file, "utf8").split("\n");
  return lines.map((line) => words(line, { by: /[a-z]+/g, lowerCase: true })).filter((line) => line.length > 0);
}

const WINDOW = 5;

/** How many words of a text have vectors, and how many pairs of skip-gram a word of it stands for, frequent ones thinned out. */
export async function pairsOf(
  sentences: readonly string[][],
): Promise<{ readonly words: number; readonly pairsPerWord: number }> {
  const vocabulary = await Vocabulary.build(sentences, { minCount: 5 });
  const chances = vocabulary.keepProbabilities(1e-3);
  const draws = scope(() => new Generator(1).uniform([vocabulary.total]).data());
  let drawn = 0;
  let pairs = 0;
  for (const sentence of sentences) {
    const known = sentence.filter((word) => vocabulary.has(word)).map((word) => vocabulary.index(word));
    const kept = known.filter((index) => (draws[drawn++] ?? 0) < (chances[index] ?? 0)).length;
    // A window is 1 to WINDOW words to either side, each as often.
    for (let width = 1; width <= WINDOW; width++)
      for (let at = 0; at < kept; at++) pairs += (Math.min(at, width) + Math.min(kept - 1 - at, width)) / WINDOW;
  }
  return { words: vocabulary.words.length, pairsPerWord: pairs / vocabulary.total };
}
