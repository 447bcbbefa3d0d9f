import { assertOneOf } from "../../arguments/checks.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { FOR_GRADIENT, PUBLIC } from "../../dispatch/results.ts";
import { core } from "../../runtime/heap.ts";
import { type Activation, ACTIVATION_NAMES, ACTIVATIONS } from "./activations.ts";
import { denseShape, runDense } from "./dense.ts";

type ActivatedResults = {
  readonly y: typeof PUBLIC;
  /** What the activation was given, where its gradient takes that. */
  readonly before: typeof FOR_GRADIENT;
};

interface Attributes {
  readonly activation: Activation;
}

/** A dense layer and its activation: the product's result is in the cache when the activation reads it. */
export const linearActivatedOp: KernelOp<"linearActivated", ["x", "weight", "bias?"], Attributes, ActivatedResults> =
  defineOp("linearActivated", ["x", "weight", "bias?"], {
    calledAs: "linear",
    results: { y: PUBLIC, before: FOR_GRADIENT },
    shape: (inputs, { activation }) => {
      assertOneOf("linear", "activation", activation, ACTIVATION_NAMES);
      const y = denseShape(inputs);
      return { y, before: ACTIVATIONS[activation].keepsInput ? y : [0] };
    },
    multiplyAdds: ({ x }, out) => out.y.size * (x.shape.at(-1) ?? 0),
    run: (inputs, out, { activation }) => {
      const { forward, keepsInput } = ACTIVATIONS[activation];
      const { y } = out;
      const before = keepsInput ? (out.before ?? y) : y;
      runDense(inputs, before);
      core().unary(forward, y.size, before.address, y.address);
    },
  });

export const linearActivatedOps: { linearActivated: typeof linearActivatedOp } = { linearActivated: linearActivatedOp };
