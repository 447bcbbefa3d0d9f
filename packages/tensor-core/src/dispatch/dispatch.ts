import { coreStopped } from "../runtime/heap.ts";
import { countOf } from "../shape/axes.ts";
import { type Layout, rowMajor } from "../shape/layout.ts";
import { Storage } from "../storage/storage.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type DType, ITEM_SIZE } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import { type Call, type HandlerFrame, handlers, withHandlers } from "./handler.ts";
import type { AnyOp, AnyTensor, InputNames, InputsOf, KernelOp, ResidualPlan, Residuals, ViewOp } from "./op.ts";

/** A tensor over one count on `storage`, which passes to it. */
export function tensorOver<D extends DType>(storage: Storage, dtype: D, layout: Layout): Tensor<Shape, D> {
  return new Tensor(storage, dtype, layout) as Tensor<Shape, D>;
}

/** A new contiguous tensor of any content. */
export function allocateTensor<S extends Shape, D extends DType>(shape: S, dtype: D, op: string): Tensor<S, D> {
  const storage = Storage.allocate(countOf(op, shape, ITEM_SIZE[dtype]), ITEM_SIZE[dtype], op);
  return new Tensor(storage, dtype, { shape, strides: rowMajor(shape), offset: 0 }) as Tensor<S, D>;
}

/** A second handle on the same elements, known to tapes as the same tensor. */
export function aliasOf<S extends Shape, D extends DType>(tensor: Tensor<S, D>): Tensor<S, D> {
  return new Tensor(tensor.storage.retain(), tensor.dtype, tensor, tensor.id) as Tensor<S, D>;
}

/**
 * The one place that every op passes. With no handler installed it costs one comparison; with some, the topmost sees
 * the call first and what it calls goes to the ones below.
 */
export function apply<Names extends InputNames, Attributes, Residual extends string>(
  op: KernelOp<string, Names, Attributes, Residual> | ViewOp<string, Names, Attributes>,
  inputs: InputsOf<Names>,
  attributes: Attributes,
): AnyTensor {
  if (handlers.value === undefined) return execute(op, inputs, attributes, undefined);
  const call: Call = { op, inputs, attributes, wantsResiduals: false, residuals: undefined };
  try {
    return descend(call, handlers.value);
  } finally {
    // Handlers that want a residual have taken an alias of it.
    for (const name in call.residuals) call.residuals[name]?.dispose();
  }
}

function descend(call: Call, frame: HandlerFrame | undefined): AnyTensor {
  if (frame === undefined) return execute(call.op, call.inputs, call.attributes, call);
  const { handler, below } = frame;
  return withHandlers(below, () => handler.handle(call, () => descend(call, below)));
}

/** Runs an op with no handler: validates, allocates, calls the kernel. */
function execute(op: AnyOp, inputs: Call["inputs"], attributes: unknown, call: Call | undefined): AnyTensor {
  let first: AnyTensor | undefined;
  for (const name in inputs) {
    const input = inputs[name];
    if (input === undefined) continue;
    input.assertLive(op.name);
    first ??= input;
  }
  const erased = inputs as never;
  const settings = attributes as never;
  if ("view" in op) {
    const source = first as AnyTensor;
    const layout = op.view(erased, settings);
    countOf(op.name, layout.shape);
    return new Tensor(source.storage.retain(), source.dtype, layout);
  }
  const shape = op.shape(erased, settings);
  const dtype = op.dtype === undefined ? (first as AnyTensor).dtype : op.dtype(erased, settings);
  const out = allocateTensor(shape, dtype, op.name);
  try {
    if (call?.wantsResiduals === true && op.residuals !== undefined) {
      call.residuals = allocateResiduals(op.residuals(erased, settings), op.name);
    }
    op.run(erased, out, settings, call?.residuals as never);
  } catch (error) {
    const reason = error instanceof WebAssembly.RuntimeError ? coreStopped(op.name, error) : error;
    out.dispose();
    throw reason;
  }
  return out;
}

function allocateResiduals(plan: ResidualPlan<string>, op: string): Residuals<string> {
  const residuals: Record<string, AnyTensor> = {};
  for (const name in plan) {
    const { shape, dtype } = plan[name] as { shape: Shape; dtype: DType };
    residuals[name] = allocateTensor(shape, dtype, op);
  }
  return residuals;
}
