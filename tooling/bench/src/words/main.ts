// Word vectors beside gensim's: words for a second of one thread, and how many neighbours are the same.
//
//   pnpm --filter @unfoldjs/bench words                          ours alone, in each mode
//   pnpm --filter @unfoldjs/bench words --native python3         and gensim's, if that Python has gensim 4.4
//   … --tfjs                                                     and skip-gram as it is written with TensorFlow.js (npm run bench
//                                                                installs it)
//   … --text FILE                                                other text than the King James Bible: a sentence a line
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtime } from "@unfoldjs/tensor-core";
import { Command } from "commander";
import { KINDS, type Learnt, learnWords, MODES, shared } from "./learn.ts";
import { pairsOf, sentencesOf } from "./text.ts";
import { pairsByTfjs } from "./tfjs.ts";

interface Options {
  readonly native?: string;
  readonly tfjs?: true;
  readonly text?: string;
  readonly epochs: string;
}

const {
  native,
  tfjs,
  text,
  epochs: given,
} = new Command("words")
  .option("--native <python>", "gensim, by this command of a Python that has it")
  .option("--tfjs", "skip-gram as one writes it with TensorFlow.js")
  .option("--text <file>", "a sentence a line")
  .option("--epochs <n>", "passes over the text", "5")
  .parse()
  .opts<Options>();
const epochs = Number(given);
runtime.configure({ threads: 1 });
const sentences = await sentencesOf(text);
const folder = mkdtempSync(join(tmpdir(), "unfold-words-"));
const path = join(folder, "text.txt");
writeFileSync(path, sentences.map((sentence) => `${sentence.join(" ")}\n`).join(""));

function byGensim(python: string, kind: string, seed: number): Omit<Learnt, "loss"> {
  const { status, stdout, stderr, error } = spawnSync(
    python,
    [join(import.meta.dirname, "by_gensim.py"), path, kind, `${seed}`, `${epochs}`],
    { encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  if (status !== 0) throw new Error(`${python} with gensim: ${error?.message ?? stderr.slice(-500)}`);
  return JSON.parse(stdout) as Omit<Learnt, "loss">;
}

try {
  console.log(
    "| | of a second of one thread | ÷ gensim | neighbours shared with gensim | loss |\n| --- | --- | --- | --- | --- |",
  );
  const line = (name: string, cells: readonly string[]): void => console.log(`| ${name} | ${cells.join(" | ")} |`);
  const thousands = (words: number): string => `${Math.round(words / 1000)},000 words`;
  for (const kind of KINDS) {
    // Theirs before and after ours, so that a machine that grows busier does not decide.
    const first = native === undefined ? undefined : byGensim(native, kind, 1);
    const own: [string, Learnt][] = [];
    for (const mode of MODES) own.push([mode, await learnWords(sentences, kind, mode, { epochs })]);
    const second = native === undefined ? undefined : byGensim(native, kind, 2);
    const theirs =
      first === undefined || second === undefined ? undefined : (first.wordsPerSecond + second.wordsPerSecond) / 2;
    if (first !== undefined && second !== undefined && theirs !== undefined)
      line(`${kind}: gensim, two seeds`, [thousands(theirs), "1", shared(first.near, second.near).toFixed(2), "–"]);
    for (const [mode, { wordsPerSecond, near, loss }] of own) {
      line(`${kind}: ${mode}`, [
        thousands(wordsPerSecond),
        theirs === undefined ? "–" : (wordsPerSecond / theirs).toFixed(2),
        first === undefined ? "–" : shared(first.near, near).toFixed(2),
        loss.toFixed(4),
      ]);
    }
  }
  if (tfjs === true) {
    const { words, pairsPerWord } = await pairsOf(sentences);
    // A few pairs: the gradient of its look-up goes through all words for each of them, and a step of more takes minutes.
    const { pairsPerSecond, firstLoss } = await pairsByTfjs(words, 64);
    const rate = (pairsPerSecond / pairsPerWord).toFixed(2);
    line("skip-gram: TensorFlow.js, 64 pairs a step", [`${rate} words`, "–", "–", firstLoss.toFixed(4)]);
  }
} finally {
  rmSync(folder, { recursive: true });
}
