import { type AccuracyLine, type Estimate, estimate, plusMinus } from "@unfoldjs/example-kit";
import { type Outcome, type Way, WAYS } from "./task.ts";

/** One training: a repetition, labels, and how. */
export interface Point extends Outcome {
  readonly seed: number;
  readonly amount: number;
  /** Of the labelled reviews. */
  readonly words: number;
  readonly way: Way;
}

/** What came of one number of labels. */
export interface Row {
  readonly amount: number;
  /** Words of the labelled reviews, in the mean of the repetitions. */
  readonly words: number;
  readonly ways: Readonly<Record<Way, Estimate>>;
  /** What fine-tuning brings over frozen vectors, in the same repetitions. */
  readonly gain: Estimate;
}

export function rowsOf(points: readonly Point[]): Row[] {
  const amounts = [...new Set(points.map(({ amount }) => amount))].toSorted((a, b) => a - b);
  return amounts.map((amount) => {
    const of = (way: Way): readonly Point[] =>
      points.filter((point) => point.amount === amount && point.way === way).toSorted((a, b) => a.seed - b.seed);
    const accuracies = (way: Way): number[] => of(way).map(({ accuracy }) => accuracy);
    const frozen = accuracies("frozen");
    return {
      amount,
      words: estimate(of("frozen").map(({ words }) => words)).mean,
      ways: {
        random: estimate(accuracies("random")),
        frozen: estimate(frozen),
        "fine-tuned": estimate(accuracies("fine-tuned")),
      },
      gain: estimate(accuracies("fine-tuned").map((accuracy, at) => accuracy - (frozen[at] ?? NaN))),
    };
  });
}

/** Where fine-tuning starts to pay: the first number of labels from which on its gain is above 0 by more than its interval. */
export function paysFrom(rows: readonly Row[]): number | undefined {
  const pays = ({ gain: { mean, interval } }: Row): boolean => mean > interval;
  return rows.find((_, at) => rows.slice(at).every(pays))?.amount;
}

const whole = (value: number): string => Math.round(value).toLocaleString("en");

export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ amount, words, ways, gain }) => {
    const sign = gain.mean < 0 ? "−" : "+";
    const gained = `${sign}${plusMinus({ ...gain, mean: Math.abs(gain.mean) })}`;
    return `| ${whole(amount)} | ${whole(words)} | ${WAYS.map((way) => plusMinus(ways[way])).join(" | ")} | ${gained} |`;
  });
  return [
    "| labels | words of them | random | frozen | fine-tuned | fine-tuned over frozen |",
    "| --- | --- | --- | --- | --- | --- |",
    ...lines,
  ].join("\n");
}

/** Which way was best in the mean with how many labels, and from where on fine-tuning pays. */
export function sayingOf(rows: readonly Row[]): string {
  const bestOf = ({ ways }: Row): Way => WAYS.reduce((best, way) => (ways[way].mean > ways[best].mean ? way : best));
  const best = WAYS.flatMap((way) => {
    const amounts = rows.filter((row) => bestOf(row) === way).map(({ amount }) => whole(amount));
    return amounts.length === 0 ? [] : [`${way} with ${amounts.join(", ")} labels`];
  });
  const from = paysFrom(rows);
  const pays =
    from === undefined
      ? "From none of these numbers of labels on is fine-tuning shown to pay."
      : `Fine-tuning pays from ${whole(from)} labels on: there its gain is above 0 in the 95 % interval, and with all more.`;
  return `Best in the mean: ${best.join("; ")}.\n\n${pays}`;
}

const COLOURS: Readonly<Record<Way, string>> = { random: "#777777", frozen: "#0072b2", "fine-tuned": "#d55e00" };

export function linesOf(rows: readonly Row[]): AccuracyLine[] {
  return WAYS.map((way) => ({
    name: way,
    colour: COLOURS[way],
    dashed: way === "random",
    points: new Map(rows.map(({ amount, ways }) => [amount, ways[way]])),
  }));
}
