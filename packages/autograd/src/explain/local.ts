import {
  type AnyTensor,
  type Call,
  cast,
  data,
  fromArray,
  reapply,
  reshape,
  scope,
  type Shape,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { held, positions, type Sampled } from "../check/difference.ts";
import type { Comparison } from "../check/report.ts";
import type { Some } from "../row/row.ts";
import { recorded } from "../transforms/recorded.ts";
import { stopGradient } from "../transforms/stop-gradient.ts";

/** How close an autograd value must be to the finite difference. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
  /** Elements tried in each input, spread evenly; all of them if there are fewer. */
  readonly samples: number;
}

/** What one op alone gives back for the gradients of its results. */
export interface LocalGradient {
  readonly values: Float32Array;
  readonly comparisons: readonly Comparison[];
}

/** Half the distance of the outer difference, in units of each element's magnitude. */
const STEP = 2e-2;

/** One op as a function of some of its inputs, on its own. */
export class LocalOp {
  private readonly call: Call;
  private readonly inputs: Readonly<Record<string, AnyTensor>>;
  /** The inputs that it is a function of. */
  private readonly places: readonly string[];

  constructor(call: Call, inputs: Readonly<Record<string, AnyTensor>>, places: readonly string[]) {
    this.call = call;
    // Floats for storage are computed with in f32.
    this.inputs = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, computable(input)]));
    this.places = places;
  }

  /** Each place's gradient for the gradients of the results: by autograd, and by differences of Σ dy · y. */
  gradients(dys: Some, tolerance: Tolerance): ReadonlyMap<string, LocalGradient> {
    return scope(() => {
      const names = Object.keys(dys);
      // One tensor may stand in two places: each is a tensor of its own here.
      const sources = this.places.map((place) => stopGradient(this.inputs[place] as Tensor));
      const analytic = recorded(
        "explainGradient",
        () => this.results(names, new Map(this.places.map((place, i) => [place, sources[i] as Tensor]))),
        sources,
        ({ pull }) => pull(names.map((name) => dys[name])),
      );
      return new Map(
        this.places.map((place, i) => {
          const found = analytic[i];
          const values = found === undefined ? new Float32Array(sources[i]?.size ?? 0) : data(found);
          return [place, { values, comparisons: this.compare(place, i, values, dys, tolerance) }];
        }),
      );
    });
  }

  /** Results by name, with other tensors in some of the places. */
  results(
    names: readonly string[],
    instead: ReadonlyMap<string, Tensor> = new Map(),
  ): Readonly<Record<string, Tensor>> {
    const results = this.run({ ...this.inputs, ...Object.fromEntries(instead) });
    return Object.fromEntries(names.map((name) => [name, computable(results[name] as AnyTensor) as Tensor]));
  }

  private run(inputs: Readonly<Record<string, AnyTensor>>): Readonly<Record<string, AnyTensor>> {
    const { op, attributes } = this.call;
    // These follow from how their input lies in memory, and others lie in other ways.
    if (op.name !== "viewAs" && op.name !== "resqueeze") return reapply(this.call, inputs);
    return { y: reshape(inputs["x"] as Tensor, (attributes as { readonly shape: Shape }).shape) };
  }

  private isRounded(names: readonly string[]): boolean {
    return scope(() => {
      const results = this.run(this.inputs);
      return names.some((name) => results[name]?.dtype !== "f32");
    });
  }

  private compare(
    place: string,
    input: number,
    analytic: Float32Array,
    dys: Some,
    { relative, absolute, samples }: Tolerance,
  ): readonly Comparison[] {
    const source = this.inputs[place] as Tensor;
    // What is rounded to a coarser float is a staircase.
    if (this.isRounded(Object.keys(dys))) return [];
    const [shape, values] = [source.shape, data(source)];
    return positions(source.size, samples).map((at) => {
      const along = (value: number): Sampled => {
        const moved = values.slice();
        moved[at] = value;
        return { ...this.projected(dys, place, moved, shape), at: moved[at] };
      };
      const found = analytic[at] ?? 0;
      const difference = held(along, values[at] as number, found, { relative, absolute, step: STEP });
      return { input, shape, at, analytic: found, ...difference };
    });
  }

  /** Σ dy · y in f64, with these elements in one place, and how large what is added up is. */
  private projected(dys: Some, place: string, moved: Float32Array, shape: Shape): Omit<Sampled, "at"> {
    return scope(() => {
      const results = this.results(Object.keys(dys), new Map([[place, fromArray<Shape>(moved, shape)]]));
      let [value, size] = [0, 0];
      for (const name in results) {
        const by = data(dys[name] as Tensor);
        for (const [i, element] of data(results[name] as Tensor).entries()) {
          const part = element * (by[i] ?? 0);
          value += part;
          size += Math.abs(part);
        }
      }
      return { value, size };
    });
  }
}

function computable(input: AnyTensor): AnyTensor {
  return input.dtype === "f16" || input.dtype === "bf16" ? cast(input, "f32") : input;
}
