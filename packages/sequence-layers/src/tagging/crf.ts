import { grad } from "@unfoldjs/autograd";
import { type Argument, givenOptions, Module, parameter, type Parameter, uniform } from "@unfoldjs/nn";
import {
  assertGenerator,
  assertTensor,
  assertWhole,
  checkedLater,
  checkOptions,
  fromArray,
  type Generator,
  inCall,
  IndexError,
  indexSelect,
  logSumExp,
  oneOf,
  type OptionChecks,
  scope,
  type Shape,
  type Tensor,
  truthValue,
  ValueError,
  where,
  zeros,
} from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";
import { assertCount, assertWeights } from "../arguments/sizes.ts";
import { assertConstraints, type TagConstraints } from "./constraints.ts";
import { stepsOf } from "./steps-of.ts";
import { bestPaths, type TagPath } from "./viterbi.ts";

/** How a CRF is built. */
export interface CRFOptions {
  /** Whether the batch comes first, (batch, time, tags), or time does. Default false, as in pytorch-crf. */
  readonly batchFirst?: boolean;
  /** Which tags may begin, follow each other and end: `bioConstraints` makes them. All may unless given. */
  readonly constraints?: TagConstraints;
  /** Of the first values. */
  readonly generator?: Generator;
}

/** How long sequences are. */
export interface TagLengths {
  /** (batch), i32: how many steps each sequence has, whatever stands in the others. All of them unless given. */
  readonly lengths?: Tensor<Shape, "i32"> | undefined;
}

/** Options of the likelihood. */
export interface LikelihoodOptions extends TagLengths {
  /** What becomes of one likelihood for each sequence; `token_mean` divides their sum by all steps. Default "sum". */
  readonly reduction?: "none" | "sum" | "mean" | "token_mean";
}

/** Options of `decode`. */
export interface DecodeOptions extends TagLengths {
  /** How many sequences of tags are wanted for each, the best ones, up to 65,536. Default 1. */
  readonly nBest?: number;
}

/** What a constraint forbids has this score: e to it is 0 in f32, and yet it is a number (AllenNLP's is the same). */
const FORBIDDEN = -1e4;

/**
 * A linear-chain conditional random field (Lafferty, McCallum & Pereira 2001) with the names and defaults of pytorch-crf:
 * p(tags) = exp(start + Σ emissions + Σ transitions + end) / Z, with Z summed over all sequences of tags by the forward algorithm, in
 * logarithms. For tagging: a network gives the emissions, this what tags follow each other.
 *
 * `startTransitions` (numTags), `transitions` (numTags, numTags), from and to, and `endTransitions` (numTags) start uniform in
 * ±0.1. What constraints forbid scores −10,000 in their place, in the likelihood too, and is never decoded.
 */
export class CRF extends Module {
  static override readonly name: string = "CRF";
  readonly numTags: number;
  readonly batchFirst: boolean;
  readonly startTransitions: Parameter;
  readonly transitions: Parameter<readonly [from: number, to: number]>;
  readonly endTransitions: Parameter;
  private readonly options: CRFOptions;

  /** @throws ValueError unless there is at least one tag, and options make sense */
  constructor(numTags: number, options: CRFOptions = {}) {
    super();
    assertWhole(NAME, "numTags", numTags, 1);
    checkOptions(NAME, options, OPTIONS);
    assertWeights(NAME, [numTags, numTags]);
    if (options.constraints !== undefined) assertConstraints(NAME, options.constraints, numTags);
    const { batchFirst = false, generator } = options;
    const spread = { low: -0.1, high: 0.1, ...(generator === undefined ? {} : { generator }) };
    const drawn = <const S extends Shape>(shape: S): Parameter<S> =>
      inCall(NAME, () => parameter<S>(() => uniform<Shape>(shape, spread) as Tensor<S>));
    this.numTags = numTags;
    this.batchFirst = batchFirst;
    this.options = options;
    this.startTransitions = drawn([numTags]);
    this.transitions = drawn([numTags, numTags]);
    this.endTransitions = drawn([numTags]);
  }

  /**
   * The logarithm of the likelihood; its negative is the loss. Of a sequence without steps it is 0.
   * @param emissions (time, batch, numTags), or (batch, time, numTags) with `batchFirst` @param tags without the last axis, i32
   * @returns a scalar, or with the reduction "none" (batch)
   * @throws IndexError on an unknown tag or a length beyond the steps, ShapeError, DTypeError
   */
  override forward(emissions: Tensor, tags: Tensor<Shape, "i32">, options: LikelihoodOptions = {}): Tensor {
    checkOptions(NAME, options, LIKELIHOOD_OPTIONS);
    const sizes = this.sizesOf(emissions, options.lengths);
    const { batch, time, lengths } = sizes;
    assertAxes(NAME, "tags", tags, this.batchFirst ? { batch, time } : { time, batch }, "i32");
    const { reduction = "sum" } = options;
    return inCall(NAME, () => {
      const own = this.own(emissions, sizes);
      const each = this.scoreOf(own, tags, sizes).sub<Shape, Shape>(this.logPartition(own, sizes));
      if (reduction === "none") return each;
      if (reduction === "mean") return each.mean();
      const steps = lengths.reduce((sum, length) => sum + length, 0);
      return reduction === "sum" ? each.sum() : each.sum().div(steps);
    });
  }

  /**
   * The best sequences of tags (Viterbi's algorithm), best first, with the sums of their scores. It cannot be derived from.
   * @param emissions as of `forward`
   * @returns for each sequence `nBest` of them, or as many as there are; none where constraints allow none
   * @throws ValueError if an emission is NaN, of which none is the best
   */
  decode(emissions: Tensor, options: DecodeOptions = {}): TagPath[][] {
    checkOptions(NAME, options, DECODE_OPTIONS);
    const sizes = this.sizesOf(emissions, options.lengths);
    const { nBest = 1 } = options;
    return scope(() => {
      const { time, lengths } = sizes;
      const values = this.own(emissions, sizes).data();
      assertNumbers(values, { time, tags: this.numTags });
      const { start, transitions, end } = this.scores(-Infinity);
      const chain = { tags: this.numTags, start: start.data(), transitions: transitions.data(), end: end.data() };
      return Array.from(lengths, (length, item) => {
        const from = item * time * this.numTags;
        return bestPaths(values.subarray(from, from + length * this.numTags), chain, nBest);
      });
    });
  }

  /**
   * The probability of each tag at each step, of all sequences together: the derivatives of log Z by the emissions.
   * @param emissions as of `forward` @returns their shape; each step adds up to 1, and those of the padding are 0
   */
  marginals<S extends Shape>(emissions: Tensor<S>, options?: TagLengths): Tensor<S>;
  marginals(emissions: Tensor, options: TagLengths = {}): Tensor {
    checkOptions(NAME, options, { lengths: assertTensor });
    const sizes = this.sizesOf(emissions, options.lengths);
    return inCall(NAME, () =>
      scope(() => grad((x: Tensor) => this.logPartition(this.own(x, sizes), sizes).sum())(emissions)),
    );
  }

  override config(): readonly Argument[] {
    return [this.numTags, ...givenOptions(this.options as Readonly<Record<string, Argument>>)];
  }

  private sizesOf(emissions: Tensor, given: TagLengths["lengths"]): Sizes {
    const [time, batch] = [{ time: undefined }, { batch: undefined }];
    const lead = this.batchFirst ? { ...batch, ...time } : { ...time, ...batch };
    assertAxes(NAME, "emissions", emissions, { ...lead, numTags: this.numTags });
    const [first = 0, second = 0] = emissions.shape;
    const sizes = this.batchFirst ? { batch: first, time: second } : { batch: second, time: first };
    if (given === undefined) return { ...sizes, lengths: new Int32Array(sizes.batch).fill(sizes.time) };
    assertAxes(NAME, "lengths", given, { batch: sizes.batch }, "i32");
    const lengths = given.data();
    const item = lengths.findIndex((length) => length < 0 || length > sizes.time);
    if (item === -1) return { ...sizes, lengths };
    const came = { lengths: given.shape, item, length: lengths[item] };
    throw new IndexError(NAME, came, `lengths must be in 0…${sizes.time}, the time steps`);
  }

  /** (batch, time, tags), with zeros in the padding. */
  private own(emissions: Tensor, { batch, time, lengths }: Sizes): Tensor {
    const first = this.batchFirst ? emissions : emissions.transpose(0, 1);
    if (lengths.every((length) => length === time)) return first;
    const truths = Uint8Array.from({ length: batch * time }, (_, at) =>
      at % time < (lengths[Math.floor(at / time)] ?? 0) ? 1 : 0,
    );
    return where(fromArray<Shape, "bool">(truths, [batch, time, 1], "bool"), first, zeros([]));
  }

  /** What begins, follows and ends, with `forbidden` where constraints say so. */
  private scores(forbidden: number): { readonly start: Tensor; readonly transitions: Tensor; readonly end: Tensor } {
    const { startTransitions: start, transitions, endTransitions: end, numTags } = this;
    const { constraints } = this.options;
    if (constraints === undefined) return { start, transitions, end };
    const never = zeros([]).add(forbidden);
    const only = (x: Tensor, allowed: readonly boolean[]): Tensor =>
      where(fromArray<Shape, "bool">(Uint8Array.from(allowed, Number), x.shape, "bool"), x, never);
    return {
      start: only(start, constraints.start),
      transitions: only(transitions, constraints.transitions.flat().slice(0, numTags ** 2)),
      end: only(end, constraints.end),
    };
  }

  /** log Z of each sequence: the forward algorithm. */
  private logPartition(emissions: Tensor, { time, lengths }: Sizes): Tensor {
    const { start, transitions, end } = this.scores(FORBIDDEN);
    if (time === 0) return zeros<Shape>([lengths.length]);
    const [first, ...others] = stepsOf(emissions, 1);
    const goesOn = (step: number): Tensor<Shape, "bool"> =>
      fromArray<Shape, "bool">(
        Uint8Array.from(lengths, (length) => (length > step ? 1 : 0)),
        [lengths.length, 1],
        "bool",
      );
    let forward = (first as Tensor).add<Shape, Shape>(start); // (batch, tags): log of the sum over all ways to each tag
    for (const [at, emission] of others.entries()) {
      const step = at + 1;
      const ways = forward.unsqueeze(2).add<Shape, Shape>(transitions); // (batch, from, to)
      const next = logSumExp<Shape, 1>(ways, 1).add<Shape, Shape>(emission);
      const isWhole = lengths.every((length) => length > step);
      forward = isWhole ? next : where(goesOn(step), next, forward);
    }
    const whole = logSumExp<Shape, -1>(forward.add<Shape, Shape>(end), -1);
    if (lengths.every((length) => length > 0)) return whole;
    return where(goesOn(0).squeeze(1), whole, zeros([]));
  }

  /** The score of the tags that are given, of each sequence. */
  private scoreOf(emissions: Tensor, tags: Tensor<Shape, "i32">, { batch, time, lengths }: Sizes): Tensor {
    const { numTags } = this;
    const { start, transitions, end } = this.scores(FORBIDDEN);
    const given = (this.batchFirst ? tags : tags.transpose(0, 1)).data();
    const tagAt = (item: number, step: number): number => {
      const tag = given[item * time + step] as number;
      if (tag >= 0 && tag < numTags) return tag;
      throw new IndexError(NAME, { tags: tags.shape, item, step, tag }, `tags must be in 0…${numTags - 1}`);
    };
    const isOwn = (item: number, step: number): boolean => step < (lengths[item] as number);
    const parts = [
      summed(emissions, batch, time, (item, step) =>
        isOwn(item, step) ? (item * time + step) * numTags + tagAt(item, step) : undefined,
      ),
      summed(transitions, batch, time, (item, step) =>
        step > 0 && isOwn(item, step) ? tagAt(item, step - 1) * numTags + tagAt(item, step) : undefined,
      ),
      summed(start, batch, 1, (item) => (isOwn(item, 0) ? tagAt(item, 0) : undefined)),
      summed(end, batch, 1, (item) => (isOwn(item, 0) ? tagAt(item, (lengths[item] as number) - 1) : undefined)),
    ];
    return parts.reduce((sum, part) => sum.add<Shape, Shape>(part));
  }
}

const NAME = "CRF";
/** Sequences that are looked for at once. */
const MOST = 65_536;

/** Of emissions, and how many steps each sequence has. */
interface Sizes {
  readonly batch: number;
  readonly time: number;
  readonly lengths: Int32Array;
}

/** @throws ValueError on a NaN among (batch, time, tags) */
function assertNumbers(
  emissions: Float32Array,
  { time, tags }: { readonly time: number; readonly tags: number },
): void {
  const at = emissions.findIndex(Number.isNaN);
  if (at === -1) return;
  const came = { item: Math.floor(at / (time * tags)), step: Math.floor(at / tags) % time, tag: at % tags };
  throw new ValueError(
    NAME,
    came,
    "emissions must be numbers, and this one is NaN",
    "look where the network's first NaN comes from: trapNonFinite",
  );
}

/** Σ over `count` places among the scores, for each item; a place that is undefined adds nothing. */
function summed(
  scores: Tensor,
  batch: number,
  count: number,
  placeOf: (item: number, at: number) => number | undefined,
): Tensor {
  const [places, isTaken] = [new Int32Array(batch * count), new Uint8Array(batch * count)];
  for (let item = 0; item < batch; item++) {
    for (let at = 0; at < count; at++) {
      const place = placeOf(item, at);
      if (place === undefined) continue;
      places[item * count + at] = place;
      isTaken[item * count + at] = 1;
    }
  }
  if (scores.size === 0) return zeros<Shape>([batch]);
  const flat = scores.reshape<Shape, Shape>([scores.size]);
  const taken = indexSelect<Shape, "f32", number, Shape>(
    flat,
    0,
    fromArray<Shape, "i32">(places, [batch * count], "i32"),
  );
  // Not a product with 0: a score may be −∞, of what cannot be.
  return where(fromArray<Shape, "bool">(isTaken, [batch * count], "bool"), taken, zeros([]))
    .reshape<Shape, Shape>([batch, count])
    .sum(1);
}

const OPTIONS: OptionChecks<CRFOptions> = {
  batchFirst: truthValue,
  constraints: checkedLater,
  generator: assertGenerator,
};
const LIKELIHOOD_OPTIONS: OptionChecks<LikelihoodOptions> = {
  lengths: assertTensor,
  reduction: /* @__PURE__ */ oneOf("none", "sum", "mean", "token_mean"),
};
const DECODE_OPTIONS: OptionChecks<DecodeOptions> = {
  lengths: assertTensor,
  nBest: (op, name, value) => {
    assertCount(op, name, value);
    if ((value as number) <= MOST) return;
    throw new ValueError(op, { [name]: value as number }, `${name} must be at most ${MOST}`);
  },
};
