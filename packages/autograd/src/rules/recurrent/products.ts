import { addProduct, arange, type Shape, sizeOf, type Tensor, where, zeros } from "@unfoldjs/tensor-core";

/** The tensor as (rows, features): all time steps of a sequence one after the other. */
export function rows(x: Tensor): Tensor {
  return x.rank === 2 ? x : x.reshape([sizeOf(x.shape.slice(0, -1)), x.shape.at(-1) ?? 0]);
}

/** aᵀ · b over all time steps, added in place to a sum that is there. */
export function overTime(into: Tensor | undefined, a: Tensor, b: Tensor): Tensor {
  const [left, right] = [rows(a).transpose(), rows(b)];
  if (into === undefined) return left.matmul(right);
  addProduct(into, left, right);
  return into;
}

/** x with zeros beyond the lengths: what stands there may be no number, and is no input. */
export function withinLengths(x: Tensor, lengths: Tensor<Shape, "i32"> | undefined): Tensor {
  if (lengths === undefined) return x;
  const steps = arange(0, x.shape[0] ?? 0, 1, "i32").unsqueeze(1); // (time, 1) against (batch)
  return where(steps.less<Shape, Shape>(lengths).unsqueeze(2), x, zeros([]));
}

/** How the states of a call follow from each other. */
export interface States {
  /** (time, batch, state), or (batch, state) of a step. */
  readonly output: Tensor;
  readonly h0?: Tensor | undefined;
  readonly lengths?: Tensor<Shape, "i32"> | undefined;
  readonly reverse: boolean;
}

/**
 * Σ over steps of gatesᵀ · (the state before): the gradient of recurrent weights.
 * @param gates gradients of the gates' sums, (time, batch, rows), or (batch, rows) of a step @param into a sum to add to
 */
export function stateWeightGradient(into: Tensor | undefined, gates: Tensor, states: States): Tensor {
  const { output, h0, reverse } = states;
  const [time, size] = [gates.rank === 2 ? 1 : (gates.shape[0] ?? 0), output.shape.at(-1) ?? 0];
  let sum = into;
  if (time > 1) {
    // Outputs beyond a length are 0, and so stand for the initial state until it is added.
    const [later, earlier] = reverse
      ? [gates.slice(0, 0, time - 1), output.slice(0, 1)]
      : [gates.slice(0, 1), output.slice(0, 0, time - 1)];
    sum = overTime(sum, later, earlier);
  }
  if (h0 !== undefined && time > 0) sum = overTime(sum, ofFirstSteps(gates, states), h0);
  return sum ?? zeros([gates.shape.at(-1) ?? 0, size]);
}

/** (batch, rows): what each item of the batch has at the step that ran first. */
function ofFirstSteps(gates: Tensor, { lengths, reverse }: States): Tensor {
  if (gates.rank === 2) return gates;
  const [time = 0, batch = 0] = gates.shape;
  if (!reverse) return gates.slice(0, 0, 1);
  if (lengths === undefined) return gates.slice(0, time - 1);
  // An item without steps has zeros everywhere.
  const steps = lengths.sub(1).maximum(0);
  return rows(gates).indexSelect(0, steps.mul(batch).add<Shape, Shape>(arange(0, batch, 1, "i32")));
}
