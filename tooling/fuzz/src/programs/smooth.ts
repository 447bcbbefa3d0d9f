import { type ByName, type Exact, type OpCase, table, type TableEntry } from "@unfoldjs/op-cases";
import { type AnyTensor, type DType, fromArray, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { attributesOf } from "./draw.ts";
import { place } from "./place.ts";
import type { Call, Program } from "./program.ts";

const entries: ReadonlyMap<string, TableEntry> = new Map(table.map((entry) => [entry.name, entry]));

/** Cases whose gradient is compared with differences. */
export function isSmooth({ opCase }: TableEntry): boolean {
  return typeof opCase.gradient === "string";
}

/** Where an input of a call comes from: a free input, an earlier result, or something without a gradient. */
type Source =
  | { readonly leaf: number }
  | { readonly result: string }
  | { readonly tensor: AnyTensor; readonly exact: Exact };

interface Step {
  /** Its place in the program. */
  readonly number: number;
  readonly opCase: OpCase;
  readonly call: Call;
  readonly sources: readonly Source[];
  /** The results that differ with the inputs. */
  readonly names: readonly string[];
}

/** Numbers for an element that are neither equal nor zero, the same each time. */
function weight(at: number): number {
  return 1 + 0.5 * Math.sin(3 * at + 1);
}

/**
 * A program as a function of its f32 inputs, which are not results of calls: the sum of all elements of all of its results,
 * each with a weight of its own. Once by the library and once by the references.
 */
export class SmoothFunction {
  readonly leaves: Tensor[] = [];
  readonly exact: Exact[] = [];
  readonly #steps: Step[] = [];
  readonly #held: AnyTensor[] = [];

  constructor(program: Program) {
    try {
      this.#build(program);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  #build(program: Program): void {
    const shapes = new Map<string, readonly number[]>();
    for (const [number, call] of program.entries()) {
      const opCase = entries.get(call.op)?.opCase;
      if (opCase === undefined) continue;
      const sources = call.inputs.map((given, at): Source => {
        const dtype = given.dtype ?? opCase.draws[at]?.dtype ?? "f32";
        const key = given.from?.join() ?? "";
        const isHeld = opCase.draws[at]?.held === true;
        if (dtype === "f32" && !isHeld && shapes.get(key)?.join() === given.shape.join()) {
          return { result: key };
        }
        const { tensor, exact } = place(given, dtype);
        if (dtype === "f32" && !isHeld) {
          this.exact.push(exact);
          return { leaf: this.leaves.push(tensor as Tensor) - 1 };
        }
        this.#held.push(tensor);
        return { tensor, exact };
      });
      const step = { number, opCase, call, sources, names: [] };
      const names: string[] = [];
      for (const [result, [name, { dtype, shape }]] of this.#resultsOf(step).entries()) {
        if (dtype !== "f32" || opCase.constant.includes(name)) continue;
        names.push(name);
        shapes.set([number, result].join(), shape);
      }
      this.#steps.push({ ...step, names });
    }
  }

  /** The order of the steps' least differentiable one. */
  get isSecond(): boolean {
    return this.#steps.every(({ opCase }) => opCase.gradient === "second");
  }

  /** What comes of a further step, by name. */
  #resultsOf(step: Step): [string, { readonly dtype: DType; readonly shape: Shape }][] {
    return scope(() => {
      const results = this.#called(this.leaves, [...this.#steps, step]).at(-1) ?? {};
      return Object.entries(results).map(([name, { dtype, shape }]) => [name, { dtype, shape }]);
    });
  }

  #called(leaves: readonly Tensor[], steps: readonly Step[] = this.#steps): ByName<AnyTensor>[] {
    const made = new Map<string, AnyTensor>();
    return steps.map(({ number, opCase, call, sources }) => {
      const inputs = sources.map((source) =>
        "leaf" in source ? leaves[source.leaf] : "result" in source ? made.get(source.result) : source.tensor,
      ) as AnyTensor[];
      const results = opCase.call(inputs, attributesOf(opCase, call));
      for (const [result, one] of Object.values(results).entries()) made.set([number, result].join(), one);
      return results;
    });
  }

  #exactly(leaves: readonly Exact[]): ByName<Exact>[] {
    const made = new Map<string, Exact>();
    return this.#steps.map(({ number, opCase, call, sources }) => {
      const inputs = sources.map((source) =>
        "leaf" in source ? leaves[source.leaf] : "result" in source ? made.get(source.result) : source.exact,
      ) as Exact[];
      const results = opCase.reference(inputs, attributesOf(opCase, call));
      for (const [result, one] of Object.values(results).entries()) made.set([number, result].join(), one);
      return results;
    });
  }

  /** One f32 number. */
  call(leaves: readonly Tensor[]): Tensor {
    return scope(() => {
      const results = this.#called(leaves);
      const sums = this.#steps.flatMap(({ names }, at) =>
        names.map((name) => {
          const result = results[at]?.[name] as Tensor;
          const weights = fromArray<Shape>(
            Float32Array.from({ length: result.size }, (_, i) => weight(i)),
            result.shape,
          );
          return result.mul(weights).sum();
        }),
      );
      return sums.reduce((sum, one) => sum.add(one));
    });
  }

  /** The same in f64. */
  value(leaves: readonly Exact[]): number {
    const results = this.#exactly(leaves);
    return this.#steps.reduce(
      (sum, { names }, at) =>
        names.reduce((all, name) => {
          const values = results[at]?.[name]?.values ?? [];
          return values.reduce((total, value, i) => total + value * Math.fround(weight(i)), all);
        }, sum),
      0,
    );
  }

  dispose(): void {
    for (const tensor of [...this.leaves, ...this.#held]) tensor.dispose();
  }
}
