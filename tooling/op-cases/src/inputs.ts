import { type AnyTensor, type DType, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { type Draw, randomFrom } from "./draw.ts";
import { contiguous, type Layout, type Placed } from "./layouts.ts";
import type { ByName, Input, OpCase, Row } from "./op-case.ts";
import { asElement } from "./reference/elements.ts";
import type { Exact } from "./reference/exact.ts";

/** The drawn elements of a row's inputs, the same each time. */
function drawInputs(opCase: OpCase, row: Row): { exact: Exact; dtype: DType }[] {
  return row.inputs.map((input, i) => {
    const { shape, draw } = resolve(input, opCase.draws[i]);
    const size = shape.reduce((product, length) => product * length, 1);
    const drawn = draw.draw(Math.min(size, MOST_DRAWN), randomFrom(`${i} ${shape.join(" ")}`));
    const elements = drawn.map((value) => asElement(draw.dtype, value));
    return { dtype: draw.dtype, exact: { shape, values: repeated(elements, size) } };
  });
}

function repeated(elements: number[], size: number): number[] {
  if (size === elements.length) return elements;
  const values = new Array<number>(size);
  for (let at = 0; at < size; at++) values[at] = elements[at % elements.length] as number;
  return values;
}

/** Inputs that are only timed repeat so many elements: drawing millions takes longer than what is timed. */
const MOST_DRAWN = 10_007;

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

/** A function of the inputs that have a gradient. */
export interface Target {
  /** The result whose gradient is asked for, or "all". */
  readonly name: string;
  call(leaves: readonly Tensor[]): Tensor;
}

/**
 * The inputs that have a gradient, and what of them can be differentiated: each result alone, so that a gradient comes
 * back through no other, and, of several, all of them together.
 */
export function targetsOf(
  opCase: OpCase,
  row: Row,
  inputs: readonly AnyTensor[],
): { readonly leaves: readonly Tensor[]; readonly targets: readonly Target[] } {
  const results = (leaves: readonly Tensor[]): ByName<Tensor> => {
    const rest = leaves.values();
    const merged = inputs.map((input, at) => (isFree(opCase, input, at) ? (rest.next().value as Tensor) : input));
    return opCase.call(merged, row.attributes) as ByName<Tensor>;
  };
  const leaves = inputs.filter((input, at) => isFree(opCase, input, at)) as Tensor[];
  const names = scope(() => {
    const floats = Object.entries(results(leaves)).filter(([, { dtype }]) => (dtype as DType) === "f32");
    return floats.map(([name]) => name).filter((name) => !opCase.constant.includes(name));
  });
  const alone = names.map((name): Target => ({ name, call: (free) => scope(() => results(free)[name] as Tensor) }));
  const together: Target = {
    name: "all",
    call: (free) =>
      scope(() => {
        const all = results(free);
        // Each weighs another share: two errors do not hide each other.
        const weighted = names.map((name, i) => (all[name] as Tensor).mul(1 + 0.3 * i).sum());
        return weighted.reduce((sum, part) => sum.add(part));
      }),
  };
  return { leaves, targets: names.length > 1 ? [...alone, together] : alone };
}

export function shapeOf(input: Input): Shape {
  return "draw" in input ? input.shape : input;
}

/** A row in words: "[2, 5] [5] axis=-1". */
export function nameOf(row: Row): string {
  const shapes = row.inputs.map((input) => `[${shapeOf(input).join(", ")}]`);
  const attributes = Object.entries((row.attributes ?? {}) as Record<string, unknown>);
  return [...shapes, ...attributes.map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(" ");
}
