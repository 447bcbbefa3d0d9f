import { assertWhole, checkOptions, IndexError, type Shape, type Tensor, assertTensor } from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";

/** Options of `ctcGreedy`. */
export interface CtcGreedyOptions {
  /** (batch), i32: how many steps each item has. All of them unless given. */
  readonly inputLengths?: Tensor<Shape, "i32"> | undefined;
  /** The class that stands for no label. Default 0. */
  readonly blank?: number;
}

/** What the likeliest class of each step spells. */
export interface CtcPath {
  readonly labels: number[];
  /** The sum of the log-probabilities of the classes: of this one way to spell it, so at most the labels' own. */
  readonly logProbability: number;
}

/**
 * Greedy decoding of connectionist temporal classification (Graves et al. 2006, section 3.2): the likeliest class of each step,
 * repeats merged, blanks left out. Of equals the smaller class.
 * @param logProbs (time, batch, classes)
 * @throws IndexError on a length beyond the steps, ShapeError, DTypeError
 */
export function ctcGreedy(logProbs: Tensor, options: CtcGreedyOptions = {}): CtcPath[] {
  assertAxes(NAME, "logProbs", logProbs, { time: undefined, batch: undefined, classes: undefined });
  checkOptions(NAME, options, { inputLengths: assertTensor, blank: assertWhole });
  const [time = 0, batch = 0, classes = 0] = logProbs.shape;
  const { inputLengths, blank = 0 } = options;
  if (blank >= classes) throw new IndexError(NAME, { blank, classes }, "the blank must be one of the classes");
  if (inputLengths !== undefined) assertAxes(NAME, "inputLengths", inputLengths, { batch }, "i32");
  const lengths = inputLengths?.data() ?? new Int32Array(batch).fill(time);
  const wrong = lengths.find((length) => length < 0 || length > time);
  if (wrong !== undefined) throw new IndexError(NAME, { inputLengths: wrong }, `inputLengths must be in 0…${time}`);
  const values = logProbs.data();
  return Array.from(lengths, (length, item) => {
    const labels: number[] = [];
    let [before, logProbability] = [blank, 0];
    for (let step = 0; step < length; step++) {
      const from = (step * batch + item) * classes;
      let best = 0;
      for (let each = 1; each < classes; each++) {
        if ((values[from + each] as number) > (values[from + best] as number)) best = each;
      }
      logProbability += values[from + best] as number;
      if (best !== blank && best !== before) labels.push(best);
      before = best;
    }
    return { labels, logProbability };
  });
}

const NAME = "ctcGreedy";
