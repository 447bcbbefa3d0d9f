import {
  assertTensor,
  assertWhole,
  type Check,
  checkOptions,
  crossEntropy,
  fromArray,
  fromZero,
  Generator,
  inCall,
  type OptionChecks,
  scope,
  type Shape,
  ShapeError,
  sizeOf,
  type Tensor,
  truthValue,
  ValueError,
} from "@unfoldjs/tensor-core";
import { Linear } from "../layers/linear.ts";
import { type Design, designOf } from "./design.ts";
import { type Labelled, logistic, logitsOf, type Weights } from "./logistic.ts";

export interface FewShotOptions {
  /** How many classes there are. Default one more than the largest label. */
  readonly classes?: number;
  /** The penalty: l2 / 2 times the squared weights. Default the best of 1e-4 … 1 on examples that were left out. */
  readonly l2?: number;
  /** Parts that are left out in turns to choose the penalty and to calibrate. Default 5, or as many as the rarest class has. */
  readonly folds?: number;
  /** Whether features are brought to one scale first. Default true. */
  readonly standardise?: boolean;
  /** Whether the softmax is calibrated. Default true. */
  readonly calibrate?: boolean;
}

/** A head that was learned from a few examples, and what is known of it. */
export interface FewShotHead {
  /** Takes features as they are, and gives logits whose softmax is calibrated. */
  readonly head: Linear;
  readonly l2: number;
  /** What the logits were divided by. */
  readonly temperature: number;
  /** Of examples while they were left out; undefined where a class has a single one, and nothing could be left out. */
  readonly accuracy: number | undefined;
  /** Mean cross entropy of these, calibrated. */
  readonly loss: number | undefined;
}

const fromTwo: Check = (op, name, value) => assertWhole(op, name, value, 2);

const OPTIONS: OptionChecks<FewShotOptions> = {
  classes: fromTwo,
  l2: fromZero,
  folds: fromTwo,
  standardise: truthValue,
  calibrate: truthValue,
};

const PENALTIES = [1, 0.1, 0.01, 0.001, 0.0001];
/** Where nothing can be left out to choose by. */
const USUAL_PENALTY = 0.01;
const USUAL_FOLDS = 5;
/** Temperatures that are tried lie this factor apart, from a hundredth to a hundred. */
const FINER = 1.1;
const STEPS = 49;

/**
 * Learns a linear head for a handful of features of each class, at once: logistic regression with a penalty, solved to its end by
 * L-BFGS, where the examples that a model has seen so few of make early stopping and learning rates a matter of luck. The penalty
 * is the one that is best on examples left out in turns, and by their logits the softmax is calibrated (temperature scaling, Guo et al.
 * 2017): a head that has seen five pictures is not 99 % sure. The same input gives the same head on every machine.
 * @param features (examples, size), such as `transfer(…).features(pictures)` @param labels (examples), i32
 * @throws ShapeError unless there is a label for each row; ValueError if a label is none of the classes, or there is only one class
 * @example const { head } = fewShotHead(moved.features(pictures), labels); // into the model: transfer(model, { head })
 */
export function fewShotHead(features: Tensor, labels: Tensor<Shape, "i32">, options: FewShotOptions = {}): FewShotHead {
  assertTensor("fewShotHead", "features", features);
  assertTensor("fewShotHead", "labels", labels);
  checkOptions("fewShotHead", options, OPTIONS);
  const truth = checkedLabels(features, labels);
  const { classes = largest(truth) + 1 } = options;
  assertClasses(truth, classes);
  inCall("fewShotHead", () => sizeOf([classes, features.size]));
  const design = designOf(features, options.standardise ?? true);
  const folds = foldsOf(truth, options.folds ?? USUAL_FOLDS);
  const penalties = options.l2 === undefined ? (folds > 1 ? PENALTIES : [USUAL_PENALTY]) : [options.l2];
  const { l2, temperature, accuracy, loss } = validated(
    design,
    truth,
    classes,
    penalties,
    folds,
    options.calibrate ?? true,
  );
  const whole = { rows: tensorOf(design), labels: [...truth] };
  const size = design.columns * classes;
  const point = logistic(whole, classes, l2, new Float64Array(size + classes));
  whole.rows.dispose();
  const back = design.back(point.slice(0, size), point.slice(size));
  return { head: linearOf(back, features.shape[1] ?? 0, classes, temperature), l2, temperature, accuracy, loss };
}

function checkedLabels(features: Tensor, labels: Tensor<Shape, "i32">): Int32Array {
  const [examples = 0, size = 0] = features.shape;
  if (features.rank !== 2 || features.dtype !== "f32" || examples === 0 || size === 0) {
    throw new ShapeError(
      "fewShotHead",
      { features: features.shape, dtype: features.dtype },
      "features must be f32, (examples, size), one of each at least",
      features.rank > 2 ? "flatten(features, 1), or the means of maps" : undefined,
    );
  }
  if (labels.rank !== 1 || labels.shape[0] !== examples || labels.dtype !== "i32") {
    throw new ShapeError(
      "fewShotHead",
      { labels: labels.shape, dtype: labels.dtype, features: features.shape },
      "labels must be i32, (examples), one for each row of features",
    );
  }
  if (!features.data().every(Number.isFinite)) {
    throw new ValueError("fewShotHead", { features: features.shape }, "features must be finite numbers");
  }
  return labels.data();
}

function largest(labels: Int32Array): number {
  return labels.reduce((most, label) => Math.max(most, label), 0);
}

function assertClasses(labels: Int32Array, classes: number): void {
  const wrong = labels.find((label) => label < 0 || label >= classes);
  if (wrong !== undefined) {
    throw new ValueError("fewShotHead", { labels: `has ${wrong}`, classes }, `labels must be from 0 to ${classes - 1}`);
  }
  if (new Set(labels).size > 1) return;
  throw new ValueError("fewShotHead", { labels: `all ${labels[0]}` }, "labels must be of two classes at least");
}

/** As many parts as were asked for, if each class has an example for each; 1 if there is a class with a single example. */
function foldsOf(labels: Int32Array, wanted: number): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.min(wanted, ...counts.values());
}

type Validated = Omit<FewShotHead, "head">;

/** The penalty that is best on examples left out, with the temperature that fits them. */
function validated(
  design: Design,
  labels: Int32Array,
  classes: number,
  penalties: readonly number[],
  folds: number,
  calibrate: boolean,
): Validated {
  const [usual = USUAL_PENALTY] = penalties;
  if (folds < 2) return { l2: usual, temperature: 1, accuracy: undefined, loss: undefined };
  const parts = splitsOf(design, labels, folds);
  // From the strongest penalty on, each from where the one before it ended.
  let starts: readonly Weights[] = parts.map(() => new Float64Array((design.columns + 1) * classes));
  const found = penalties.map((l2): Validated & { readonly loss: number } => {
    starts = parts.map(({ taught }, at) => logistic(taught, classes, l2, starts[at] as Weights));
    return scope(() => {
      const logits = new Float32Array(labels.length * classes);
      for (const [at, { left, places }] of parts.entries()) {
        const own = logitsOf(left.rows, starts[at] as Weights, classes).data();
        for (const [from, to] of places.entries()) {
          logits.set(own.subarray(from * classes, (from + 1) * classes), to * classes);
        }
      }
      return { l2, ...judged(fromArray<Shape>(logits, [labels.length, classes]), labels, calibrate) };
    });
  });
  for (const { taught, left } of parts) for (const { rows } of [taught, left]) rows.dispose();
  return found.reduce((best, each) => (each.loss < best.loss ? each : best));
}

interface Split {
  readonly taught: Labelled;
  readonly left: Labelled;
  /** Of those that are left out. */
  readonly places: readonly number[];
}

/** Each part left out in turn; the examples of a class are dealt out one by one. */
function splitsOf({ rows, columns }: Design, labels: Int32Array, folds: number): Split[] {
  const seen = new Map<number, number>();
  const partOf = Array.from(labels, (label) => {
    const before = seen.get(label) ?? 0;
    seen.set(label, before + 1);
    return before % folds;
  });
  return Array.from({ length: folds }, (_, part): Split => {
    const chosen = (isLeft: boolean): number[] =>
      partOf.flatMap((own, place) => ((own === part) === isLeft ? [place] : []));
    const labelled = (places: readonly number[]): Labelled => {
      const values = new Float32Array(places.length * columns);
      for (const [to, from] of places.entries())
        values.set(rows.subarray(from * columns, (from + 1) * columns), to * columns);
      return { rows: fromArray<Shape>(values, [places.length, columns]), labels: places.map((at) => labels[at] ?? 0) };
    };
    return { taught: labelled(chosen(false)), left: labelled(chosen(true)), places: chosen(true) };
  });
}

function judged(
  logits: Tensor,
  labels: Int32Array,
  calibrate: boolean,
): { readonly temperature: number; readonly accuracy: number; readonly loss: number } {
  const truth: Tensor<Shape, "i32"> = fromArray(labels);
  const answers = logits.argmax(1).data();
  const accuracy = labels.reduce((right, label, at) => right + (answers[at] === label ? 1 : 0), 0) / labels.length;
  const lossAt = (factor: number): number => scope(() => crossEntropy(logits.mul(factor), truth).item());
  let [temperature, loss] = [1, lossAt(1)];
  const consider = (candidate: number): void => {
    const own = lossAt(1 / candidate);
    if (own < loss) [temperature, loss] = [candidate, own];
  };
  let factor = FINER;
  for (let step = 0; step < (calibrate ? STEPS : 0); step++, factor *= FINER) {
    consider(factor);
    consider(1 / factor);
  }
  return { temperature, accuracy, loss };
}

function tensorOf({ rows, examples, columns }: Design): Tensor {
  return fromArray<Shape>(Float32Array.from(rows), [examples, columns]);
}

function linearOf(
  { weight, bias }: ReturnType<Design["back"]>,
  size: number,
  classes: number,
  temperature: number,
): Linear {
  const head = new Linear(size, classes, { generator: new Generator(0) }); // the default one stays where it is
  scope(() => {
    const values = (numbers: Float64Array): Float32Array => Float32Array.from(numbers, (value) => value / temperature);
    head.weight.assign(fromArray(values(weight), [classes, size]));
    head.bias?.assign(fromArray(values(bias)));
  });
  return head;
}
