import { noGrad } from "@unfoldjs/autograd";
import {
  assertFunction,
  assertTensor,
  checkOptions,
  type DType,
  indexSelect,
  isTensor,
  fromArray,
  fromZero,
  oneOf,
  type OptionChecks,
  refusePromise,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { assertModule } from "../module/assert-module.ts";
import { type AnyModule, isModule } from "../module/any-module.ts";
import { walk } from "../module/members.ts";
import { partsOf } from "../module/parts.ts";
import { inUse } from "../train/modes.ts";
import { exampleKeys } from "./example-keys.ts";
import { FeatureRows } from "./feature-rows.ts";

export interface FeatureCacheOptions {
  /** What is computed of a batch. Default the model's forward. @example (images) => model.features.forward(images) */
  readonly forward?: (x: Tensor) => Tensor;
  /** A part of the model that `forward` does not use, such as a head that learns: its weights may change. */
  readonly except?: AnyModule;
  /** What features are stored as: "f16" halves them. Default "f32". */
  readonly dtype?: "f32" | "f16";
  /** How much memory it takes at most, outside of the core's. Default 256 MiB. */
  readonly maxBytes?: number;
}

const OPTIONS: OptionChecks<FeatureCacheOptions> = {
  forward: assertFunction,
  except: assertModule,
  dtype: oneOf("f32", "f16"),
  maxBytes: fromZero,
};

const DEFAULT_BYTES = 256 * 2 ** 20;

/**
 * Remembers what a frozen model makes of each example, so that only the first epoch runs it.
 *
 * The model runs in use (dropout off, running statistics) and without a gradient, each example by itself. An example is known by all
 * its bits, in whatever order and batch it comes, so that changed or augmented data are computed and never mistaken. All is
 * forgotten when a weight or a statistic of the model was written to, or is another tensor. When `maxBytes` are
 * used up, what is there stays and what is new is computed each time: of data that are read in turns, that share is kept,
 * where throwing out the oldest would keep nothing. With "f16" what is given is rounded from the first time on.
 *
 * @example
 * const cache = new FeatureCache(trunk, { dtype: "f16" });
 * await fit(head, data, { …, forward: ({ images }) => head.forward(cache.of(images)) });
 */
export class FeatureCache {
  readonly #model: AnyModule;
  readonly #forward: (x: Tensor) => unknown;
  readonly #except: AnyModule | undefined;
  readonly #dtype: "f32" | "f16";
  readonly #maxBytes: number;
  #rows: FeatureRows | undefined;
  #weights: readonly Written[] = [];
  #hits = 0;
  #misses = 0;

  /** @throws ValueError unless it is a module, and options make sense */
  constructor(model: AnyModule, options: FeatureCacheOptions = {}) {
    assertModule("FeatureCache", "model", model);
    checkOptions("FeatureCache", options, OPTIONS);
    const { forward = model.forward.bind(model) as (x: Tensor) => unknown, except } = options;
    this.#model = model;
    this.#forward = forward;
    this.#except = except;
    this.#dtype = options.dtype ?? "f32";
    this.#maxBytes = options.maxBytes ?? DEFAULT_BYTES;
  }

  /** Examples that it holds. */
  get entries(): number {
    return this.#rows?.entries ?? 0;
  }

  /** Memory that these take. */
  get bytes(): number {
    return this.#rows?.bytes ?? 0;
  }

  /** Examples that were here when they were asked for, so far. */
  get hits(): number {
    return this.#hits;
  }

  /** Examples that had to be computed, so far. */
  get misses(): number {
    return this.#misses;
  }

  /**
   * The features of a batch, as a new tensor and a constant to gradients.
   * @param x (batch, …) @returns (batch, …) as the model gives it
   * @throws ShapeError if the model gives something else than a row for each example, DisposedError once the model was disposed of, and
   * what it throws itself
   */
  of(x: Tensor<Shape, DType>): Tensor {
    assertTensor("FeatureCache.of", "x", x);
    if (x.rank === 0) {
      throw new ShapeError("FeatureCache.of", { x: x.shape }, "x must be a batch: (batch, …)", "x.unsqueeze(0)");
    }
    this.#forgetIfChanged();
    const keys = exampleKeys(x);
    const missing: number[] = [];
    for (const [at, key] of keys.entries()) if (this.#rows?.has(key) !== true) missing.push(at);
    this.#hits += keys.length - missing.length;
    this.#misses += missing.length;
    if (missing.length === 0 && this.#rows !== undefined) return this.#rows.gather(keys, undefined);
    return scope(() => {
      const computed = this.#compute(x, missing);
      const [, ...shape] = computed.shape;
      // Of other pictures, such as larger ones, a model may make features of another shape.
      if (this.#rows === undefined || this.#rows.shape.join() !== shape.join()) {
        if (missing.length < keys.length) return this.#anew(x);
        this.#rows = new FeatureRows(shape, this.#dtype, this.#maxBytes);
      }
      const features = this.#rows.gather(keys, computed);
      this.#rows.add(
        missing.map((at) => keys[at] ?? 0),
        computed,
      );
      return features;
    });
  }

  /** Forgets all features. */
  clear(): void {
    this.#rows = undefined;
  }

  #anew(x: Tensor<Shape, DType>): Tensor {
    this.clear();
    return this.of(x);
  }

  /** @param places of examples in x */
  #compute(x: Tensor<Shape, DType>, places: readonly number[]): Tensor<Shape, "f32" | "f16"> {
    const { modules } = partsOf(this.#model);
    const isWhole = places.length === x.shape[0];
    const chosen = isWhole ? x : indexSelect<Shape, DType, 0, Shape>(x, 0, fromArray(Int32Array.from(places)));
    const features: unknown = inUse(modules, () => noGrad(() => this.#forward(chosen as Tensor)));
    refusePromise("FeatureCache's forward", features);
    if (!isTensor(features) || features.rank === 0 || features.shape[0] !== places.length || features.dtype !== "f32") {
      throw new ShapeError(
        "FeatureCache.of",
        { x: x.shape, features: isTensor(features) ? features.shape : typeof features },
        "the model must give an f32 row for each example of the batch",
        "say what is computed: { forward: (x) => … }",
      );
    }
    const rows = features as Tensor;
    return this.#dtype === "f16" ? rows.to("f16") : rows;
  }

  /** Forgets all features if a weight is not as it was when they were computed. */
  #forgetIfChanged(): void {
    const except = new Set(this.#except === undefined ? [] : walk(this.#except).map(([, member]) => member));
    const now: Written[] = [];
    for (const [, member] of walk(this.#model)) {
      if (isModule(member) || except.has(member)) continue;
      assertTensor("FeatureCache.of", "a weight of the model", member); // what is remembered is of a model that is there
      now.push({ storage: member.storage, version: member.storage.version });
    }
    const before = this.#weights;
    const isSame = now.length === before.length && now.every((each, at) => isEqual(each, before[at]));
    if (isSame) return;
    this.#weights = now;
    this.clear();
  }
}

/** Memory of a weight, and how often it had been written to. */
interface Written {
  readonly storage: object;
  readonly version: number;
}

function isEqual(one: Written, other: Written | undefined): boolean {
  return one.storage === other?.storage && one.version === other.version;
}
