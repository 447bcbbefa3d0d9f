import { build, type Exact, read, total, upTo } from "./exact.ts";

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
}

/** −Σ_c weight_c q_c log p_c for each row, where q is 1 at the label, smoothed; 0 for rows to leave out. */
export function crossEntropyOfRows(logits: Exact, labels: Exact, weight: Exact | undefined, targets: Targets): Exact {
  const { ignoreIndex, labelSmoothing = 0 } = targets;
  const classes = logits.shape[1] ?? 0;
  return build(labels.shape, (index) => {
    const label = read(labels, index);
    if (label === ignoreIndex) return 0;
    const logs = logSoftmaxOf(upTo(classes).map((c) => read(logits, [...index, c])));
    return -total(
      logs.map((log, c) => {
        const target = (c === label ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
        return (weight === undefined ? 1 : read(weight, [c])) * target * log;
      }),
    );
  });
}
