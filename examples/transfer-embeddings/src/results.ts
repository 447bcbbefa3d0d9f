/** What `metrics.json` has that the README tells. */
export interface Metrics {
  readonly test: number;
  readonly seeds: number;
  readonly vectorsTold: {
    readonly reviews: number;
    readonly corpusWords: number;
    readonly words: number;
    readonly epochs: number;
    readonly losses: readonly number[];
    /** Of a run that learned all of it, and was not resumed. */
    readonly wordsPerSecond?: number;
    readonly processorSeconds: number;
    readonly neighbours: Readonly<Record<string, readonly string[]>>;
  };
}

/** What came out, as the README has it. @param table `table.md` */
export function resultsOf({ test, seeds, vectorsTold: told }: Metrics, table: string): string {
  const whole = (value: number): string => Math.round(value).toLocaleString("en");
  const { corpusWords, epochs, processorSeconds } = told;
  const took =
    told.wordsPerSecond === undefined
      ? ""
      : `: ${whole(processorSeconds)} s of one processor, ${whole((corpusWords * epochs) / processorSeconds / 1000)} thousand words in each of them`;
  const near = (word: string): string => told.neighbours[word]?.join(", ") ?? "not known";
  return [
    `${whole(corpusWords)} words of ${whole(told.reviews)} reviews, ${whole(told.words)} different ones, ${epochs} times over${took}. ` +
      `The mean loss of a pass fell from ${told.losses[0]?.toFixed(3)} to ${told.losses.at(-1)?.toFixed(3)}. ` +
      `Nearest to "terrible" are ${near("terrible")}; to "good" ${near("good")}: ` +
      "what can stand in a word's place is near, also its opposite.",
    "![Accuracy against reviews with a label](accuracy.svg)",
    `Accuracy on ${whole(test)} reviews that nothing was learnt from, in %, ± half a 95 % interval over ${seeds} repetitions:`,
    table.trim(),
  ].join("\n\n");
}
