import { type Estimate, estimate } from "@unfoldjs/example-kit";

/** How the new task is learned: from scratch, or so many stages of the trained network, counted from the head. */
export type Method = "scratch" | number;

/** One training: a repetition, pictures of each class, and how. */
export interface Point {
  readonly seed: number;
  readonly amount: number;
  readonly method: Method;
  /** On unseen pictures. */
  readonly accuracy: number;
  readonly seconds: number;
  readonly epochSeconds?: readonly number[];
}

/** What came of one amount of pictures. */
export interface AmountSummary {
  readonly amount: number;
  readonly estimates: ReadonlyMap<Method, Estimate>;
  /** How many stages should learn: the best of the transferred ones. */
  readonly best: number;
  /** Of which others the repetitions do not say that they are worse: the interval of the difference has 0 in it. */
  readonly asGood: readonly number[];
  /** What the best brings over learning from scratch, in the same repetitions. */
  readonly gain: Estimate;
}

/** What came of all, and of the rule. */
export interface Summary {
  readonly amounts: readonly AmountSummary[];
  /** "held": the best depth never shrinks and grows in all. "undecided": it does not, but depths that are as good can be chosen so. */
  readonly rule: "held" | "undecided" | "did not hold";
}

export function summarise(points: readonly Point[]): Summary {
  const sizes = [...new Set(points.map(({ amount }) => amount))].toSorted((a, b) => a - b);
  const amounts = sizes.map((amount) =>
    summaryOf(
      amount,
      points.filter((point) => point.amount === amount),
    ),
  );
  return { amounts, rule: ruleOf(amounts) };
}

function summaryOf(amount: number, points: readonly Point[]): AmountSummary {
  const methods = [...new Set(points.map(({ method }) => method))];
  const of = (method: Method): number[] =>
    points
      .filter((point) => point.method === method)
      .toSorted((a, b) => a.seed - b.seed)
      .map(({ accuracy }) => accuracy);
  const estimates = new Map(methods.map((method) => [method, estimate(of(method))]));
  const depths = methods.filter((method) => method !== "scratch").toSorted((a, b) => a - b);
  const meanOf = (method: Method): number => estimates.get(method)?.mean ?? 0;
  const best = depths.reduce((found, depth) => (meanOf(depth) > meanOf(found) ? depth : found), depths[0] ?? 1);
  const over = (method: Method): Estimate => estimate(of(best).map((value, at) => value - (of(method)[at] ?? NaN)));
  const asGood = depths.filter((depth) => {
    const { mean, interval } = over(depth);
    return depth === best || mean <= interval;
  });
  return { amount, estimates, best, asGood, gain: over("scratch") };
}

function ruleOf(amounts: readonly AmountSummary[]): Summary["rule"] {
  const grows = (depths: readonly number[]): boolean =>
    depths.every((depth, at) => depth >= (depths[at - 1] ?? 0)) && (depths.at(-1) ?? 0) > (depths[0] ?? 0);
  if (grows(amounts.map(({ best }) => best))) return "held";
  // The smallest depth that is as good and not below the one before; at the end the largest.
  const chosen: number[] = [];
  for (const [at, { asGood }] of amounts.entries()) {
    const possible = asGood.filter((depth) => depth >= (chosen.at(-1) ?? 0));
    const depth = at === amounts.length - 1 ? possible.at(-1) : possible[0];
    if (depth === undefined) return "did not hold";
    chosen.push(depth);
  }
  return grows(chosen) ? "undecided" : "did not hold";
}

/** What people call a method. */
export function nameOf(method: Method, stages: number): string {
  if (method === "scratch") return "scratch";
  if (method === 1) return "head only";
  return method === stages ? "all stages" : `last ${method} stages`;
}
