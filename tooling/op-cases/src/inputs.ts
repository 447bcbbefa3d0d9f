import type { AnyTensor, DType, Tensor } from "@unfoldjs/tensor-core";
import { type Draw, randomFrom } from "./draw.ts";
import { contiguous, type Layout, type Placed } from "./layouts.ts";
import type { Input, OpCase, Row } from "./op-case.ts";
import type { Exact } from "./reference/exact.ts";

/** The drawn elements of a row's inputs, the same each time. */
function drawInputs(opCase: OpCase, row: Row): { exact: Exact; dtype: DType }[] {
  return row.inputs.map((input, i) => {
    const { shape, draw } = resolve(input, opCase.draws[i]);
    const size = shape.reduce((product, length) => product * length, 1);
    const values = draw.draw(size, randomFrom(`${i} ${shape.join(" ")}`));
    return { dtype: draw.dtype, exact: { shape, values: draw.dtype === "f32" ? values.map(Math.fround) : values } };
  });
}

function resolve(input: Input, usual: Draw | undefined): { shape: readonly number[]; draw: Draw } {
  if ("draw" in input) return input;
  if (usual === undefined) throw new Error("a row has more inputs than its case has draws");
  return { shape: input, draw: usual };
}

/** The inputs of a row as tensors that lie as `layout` says. The caller owns them. */
export function placeInputs(opCase: OpCase, row: Row, layout: Layout = contiguous): Placed[] {
  return drawInputs(opCase, row).map(({ exact, dtype }) => layout.place(exact, dtype));
}

/** Runs `f` on a row's inputs, which are gone afterwards. */
export function withInputs<R>(opCase: OpCase, row: Row, f: (inputs: readonly AnyTensor[]) => R): R {
  const inputs = placeInputs(opCase, row).map(({ tensor }) => tensor);
  try {
    return f(inputs);
  } finally {
    for (const input of inputs) input.dispose();
  }
}

function isFree(opCase: OpCase, input: AnyTensor, at: number): boolean {
  return input.dtype === "f32" && opCase.draws[at]?.held !== true;
}

/** The inputs that have a gradient, and the call as a function of them alone. */
export function freeInputs(opCase: OpCase, row: Row, inputs: readonly AnyTensor[]): FreeInputs {
  return {
    leaves: inputs.filter((input, at) => isFree(opCase, input, at)) as Tensor[],
    call(leaves) {
      const rest = leaves.values();
      const merged = inputs.map((input, at) => (isFree(opCase, input, at) ? (rest.next().value as Tensor) : input));
      return opCase.call(merged, row.attributes) as Tensor;
    },
  };
}

export interface FreeInputs {
  readonly leaves: readonly Tensor[];
  call(leaves: readonly Tensor[]): Tensor;
}

/** A row in words: "[2, 5] [5] axis=-1". */
export function nameOf(row: Row): string {
  const shapes = row.inputs.map((input) => `[${("draw" in input ? input.shape : input).join(", ")}]`);
  const attributes = Object.entries((row.attributes ?? {}) as Record<string, unknown>);
  return [...shapes, ...attributes.map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(" ");
}
