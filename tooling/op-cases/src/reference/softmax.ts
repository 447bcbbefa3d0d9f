import { build, type Exact, map, read, total, upTo } from "./exact.ts";

/** exp(x) / Σ exp(x) of one line. */
export function softmaxOf(line: readonly number[]): number[] {
  const largest = Math.max(...line);
  const powers = line.map((value) => Math.exp(value - largest));
  return powers.map((power) => power / total(powers));
}

/** log Σ exp(x) of one line; −∞ of nothing. */
export function logSumExpOf(line: readonly number[]): number {
  const largest = Math.max(...line);
  return line.length === 0 ? -Infinity : largest + Math.log(total(line.map((value) => Math.exp(value - largest))));
}

/** x − log Σ exp(x) of one line. */
export function logSoftmaxOf(line: readonly number[]): number[] {
  return line.map((value) => value - logSumExpOf(line));
}

export interface Targets {
  readonly ignoreIndex?: number | undefined;
  readonly labelSmoothing?: number | undefined;
  /** Whether there is one loss, the mean. */
  readonly isMean?: boolean | undefined;
}

/** What each class is to have: 1 at the label, smoothed, times the class's weight, if that is more than 0; 0 in a row to leave out. */
function targetsOf(label: number, classes: number, weight: Exact | undefined, targets: Targets): number[] {
  const { ignoreIndex, labelSmoothing = 0 } = targets;
  return upTo(classes).map((c) => {
    const target = (c === label ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
    return label === ignoreIndex || target === 0 ? 0 : (weight === undefined ? 1 : read(weight, [c])) * target;
  });
}

/** −Σ_c weight_c q_c log p_c for each row, where q is 1 at the label, smoothed; 0 for rows to leave out. Or their mean. */
export function crossEntropyOfRows(logits: Exact, labels: Exact, weight: Exact | undefined, targets: Targets): Exact {
  const classes = logits.shape[1] ?? 0;
  const losses = build(labels.shape, (index) => {
    const wanted = targetsOf(read(labels, index), classes, weight, targets);
    const logs = logSoftmaxOf(upTo(classes).map((c) => read(logits, [...index, c])));
    return -total(logs.map((log, c) => (wanted[c] === 0 ? 0 : (wanted[c] ?? NaN) * log)));
  });
  if (targets.isMean !== true) return losses;
  return { shape: [], values: [total(losses.values) / total(rowWeightsOf(labels, weight, targets).values)] };
}

/** What each row weighs in a mean: its class's weight, or 1; 0 if it is left out. */
export function rowWeightsOf(labels: Exact, weight: Exact | undefined, { ignoreIndex }: Targets): Exact {
  return map(labels, (label) => (label === ignoreIndex ? 0 : weight === undefined ? 1 : read(weight, [label])));
}

/** dLoss · (Σ_k t_k · exp(x_c − Σ logSumExp) − t_c), t being what each class of a row is to have, its share of a mean in one. */
export function gradientOfRows(
  dLoss: Exact,
  logits: Exact,
  labels: Exact,
  logSumExp: Exact,
  weight: Exact | undefined,
  targets: Targets,
): Exact {
  const divisor = targets.isMean === true ? total(rowWeightsOf(labels, weight, targets).values) : 1;
  return build(logits.shape, ([row = 0, column = 0]) => {
    const wanted = targetsOf(read(labels, [row]), logits.shape[1] ?? 0, weight, targets);
    const share = Math.exp(read(logits, [row, column]) - read(logSumExp, [row, 0]) - read(logSumExp, [row, 1]));
    if (read(labels, [row]) === targets.ignoreIndex) return 0;
    const slope = read(dLoss, targets.isMean === true ? [] : [row]) / divisor;
    return slope * (total(wanted) * share - (wanted[column] ?? NaN));
  });
}
