import * as check from "../arguments/checks.ts";
import { ValueError } from "../errors/decoding-error.ts";
import { lineChart } from "./line-chart.ts";

/** The predictions of about the same confidence. */
export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean confidence; NaN of none. */
  readonly confidence: number;
  /** The share that is right. */
  readonly accuracy: number;
}

export interface Calibration {
  /** Expected calibration error: the mean of |accuracy − confidence|, each bin by its count (Naeini et al. 2015). */
  readonly error: number;
  readonly bins: readonly CalibrationBin[];
  /** The reliability diagram, as a whole `<svg>` element. */
  readonly figure: () => string;
}

/**
 * Whether probabilities mean what they say: of tokens predicted with 0.8, are eight of ten right?
 * @param confidences the probability of each prediction, 0 … 1 @param isRight whether it was right
 * @param bins how many ranges of confidence; 10 if left out
 */
export function calibration(confidences: readonly number[], isRight: readonly boolean[], bins = 10): Calibration {
  const op = "calibration";
  check.checkArguments(
    op,
    ["confidences", confidences, check.filled(check.between(0, 1), "an array of probabilities")],
    ["isRight", isRight, check.filled(check.boolean, "an array of true and false")],
    ["bins", bins, check.whole(1, 10_000)],
  );
  if (confidences.length !== isRight.length) {
    throw new ValueError(
      op,
      { confidences: confidences.length, isRight: isRight.length },
      "isRight must be as many as confidences",
    );
  }
  const sums = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (const [at, confidence] of confidences.entries()) {
    const bin = sums[Math.min(bins - 1, Math.floor(confidence * bins))] as (typeof sums)[0];
    bin.count++;
    bin.confidence += confidence;
    bin.right += isRight[at] === true ? 1 : 0;
  }
  const rows = sums.map(({ count, confidence, right }, at): CalibrationBin => ({
    low: at / bins,
    high: (at + 1) / bins,
    count,
    confidence: confidence / count,
    accuracy: right / count,
  }));
  const error = rows.reduce(
    (sum, bin) =>
      sum + (bin.count > 0 ? (bin.count / confidences.length) * Math.abs(bin.accuracy - bin.confidence) : 0),
    0,
  );
  const figure = (): string =>
    lineChart("Reliability", "confidence", "accuracy", [
      { label: "model", points: rows.map((bin) => [bin.confidence, bin.accuracy] as const) },
      {
        label: "calibrated",
        points: [
          [0, 0],
          [1, 1],
        ],
      },
    ]);
  return { error, bins: rows, figure };
}
