import type { RecurrenceProblem } from "../layer-problems.ts";
import type { Attributes, Constant, Port } from "./onnx-model.ts";

/** ONNX's order of an LSTM's and a GRU's gates, by their places in PyTorch's: i, o, f, g and z, r, n. */
const ORDERS = { lstm: [0, 3, 1, 2], gru: [1, 0, 2] };

/** The one operator that runs a whole sequence. Its weights are constants, which the runtime packs before the first run. */
export function recurrentOperator({ kind, time, batch, features, hidden, ...given }: RecurrenceProblem): {
  readonly name: string;
  readonly input: Constant & { readonly values: Float32Array };
  readonly constants: readonly Constant[];
  readonly output: Port;
  readonly attributes: Attributes;
} {
  const rows = given.biasIh.length;
  const inOrder = (values: Float32Array): Float32Array => reordered(values, ORDERS[kind]);
  const bias = new Float32Array(2 * rows);
  bias.set(inOrder(given.biasIh));
  bias.set(inOrder(given.biasHh), rows);
  return {
    name: kind === "lstm" ? "LSTM" : "GRU",
    input: { name: "x", shape: [time, batch, features], values: given.x },
    constants: [
      { name: "weightIh", shape: [1, rows, features], values: inOrder(given.weightIh) },
      { name: "weightHh", shape: [1, rows, hidden], values: inOrder(given.weightHh) },
      { name: "bias", shape: [1, 2 * rows], values: bias },
    ],
    output: { name: "output", shape: [time, 1, batch, hidden] },
    // r after the state's product, as in PyTorch.
    attributes: { hidden_size: hidden, ...(kind === "gru" && { linear_before_reset: 1 }) },
  };
}

/** Gates one below the other, in another order. */
function reordered(values: Float32Array, order: readonly number[]): Float32Array {
  const size = values.length / order.length;
  const all = new Float32Array(values.length);
  order.forEach((from, to) => all.set(values.subarray(from * size, (from + 1) * size), to * size));
  return all;
}
