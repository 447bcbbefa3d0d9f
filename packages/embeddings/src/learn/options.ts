import {
  assertFinite,
  assertOneOf,
  assertWhole,
  checkOptions,
  fromZero,
  type OptionChecks,
  truthValue,
  ValueError,
} from "@unfoldjs/tensor-core";

/** How word vectors are learnt. Defaults are gensim's. */
export interface Word2VecOptions {
  /** Features of a vector. Default 100. */
  readonly vectorSize?: number;
  /** `"cbow"`, a word from all around it, the default; or `"skip-gram"`, the words around from each: slower, better for rare ones. */
  readonly architecture?: "cbow" | "skip-gram";
  /** Words on either side, at most. Default 5. */
  readonly window?: number;
  /** Whether the width is drawn anew for each word, from 1 to `window`, so that near words count more. Default true. */
  readonly shrinkWindows?: boolean;
  /** Words that are drawn against each that was there; 0 for none. Default 5. */
  readonly negative?: number;
  /** They are drawn as often as count^nsExponent. Default 0.75. */
  readonly nsExponent?: number;
  /** Learns by the path through a tree of words, too; alone with `negative: 0`. Default false. */
  readonly hierarchicalSoftmax?: boolean;
  /** A bag of words is their mean, the default, or else their sum. */
  readonly cbowMean?: boolean;
  /** Words with a larger share of the text are left out by chance; 0 for none. Default 1e-3. */
  readonly sample?: number;
  /** At the beginning. It falls with each word. Default 0.025. */
  readonly learningRate?: number;
  /** At the end. Default 1e-4. */
  readonly minLearningRate?: number;
  /** Of all that is drawn. Default 1. */
  readonly seed?: number;
  /**
   * `"deterministic"`, the default: the same bits for any number of threads. `"sequential"`: one word after the other in the order
   * of the text, on one thread, as gensim's formulas have it. `"hogwild"` (Recht et al. 2011): threads write into each other's
   * numbers, **and it is not reproducible**: each run gives other vectors.
   */
  readonly mode?: "deterministic" | "sequential" | "hogwild";
  /**
   * Words of a round, whose steps deterministic threads deal out among them. Default: 2,000 for skip-gram, where it changes but the
   * order of steps; 500 for bags and 100 for words of n-grams, where what is known is put together once a round.
   */
  readonly roundWords?: number | undefined;
}

export type Settings = Required<Word2VecOptions>;

export const DEFAULTS: Settings = {
  vectorSize: 100,
  architecture: "cbow",
  window: 5,
  shrinkWindows: true,
  negative: 5,
  nsExponent: 0.75,
  hierarchicalSoftmax: false,
  cbowMean: true,
  sample: 1e-3,
  learningRate: 0.025,
  minLearningRate: 1e-4,
  seed: 1,
  mode: "deterministic",
  roundWords: undefined,
};

/** Those that each has: what is left out of a file of JSON is not among them. */
export const NAMES: readonly string[] = /* @__PURE__ */ Object.keys(DEFAULTS).filter(
  (name) => DEFAULTS[name as keyof Settings] !== undefined,
);

const whole =
  (least: number, most = Infinity) =>
  (op: string, name: string, value: unknown): void => {
    assertWhole(op, name, value, least);
    if (value > most) throw new ValueError(op, { [name]: value }, `${name} must be at most ${most}`);
  };
const words =
  (...choices: readonly string[]) =>
  (op: string, name: string, value: unknown): void =>
    assertOneOf(op, name, value, choices);

export const CHECKS: OptionChecks<Word2VecOptions> = {
  vectorSize: /* @__PURE__ */ whole(1),
  architecture: /* @__PURE__ */ words("cbow", "skip-gram"),
  window: /* @__PURE__ */ whole(1, 65_535),
  shrinkWindows: truthValue,
  negative: /* @__PURE__ */ whole(0, 65_535),
  nsExponent: assertFinite,
  hierarchicalSoftmax: truthValue,
  cbowMean: truthValue,
  sample: fromZero,
  learningRate: fromZero,
  minLearningRate: fromZero,
  seed: /* @__PURE__ */ whole(0),
  mode: /* @__PURE__ */ words("deterministic", "sequential", "hogwild"),
  roundWords: /* @__PURE__ */ whole(1),
};

/** Options with what is left out filled in. @throws ValueError on one that makes no sense */
export function settingsOf<Options extends Word2VecOptions, All extends Required<Options>>(
  op: string,
  options: Options,
  defaults: All,
  checks: OptionChecks<Options>,
): All {
  checkOptions(op, options, checks);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings = { ...defaults, ...given };
  if (settings.negative === 0 && !settings.hierarchicalSoftmax) {
    throw new ValueError(
      op,
      { negative: 0, hierarchicalSoftmax: false },
      "there must be something to learn from",
      "negative: 5, or hierarchicalSoftmax: true",
    );
  }
  return settings;
}
