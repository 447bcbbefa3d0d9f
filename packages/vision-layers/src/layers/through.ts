import type { Layer } from "@unfoldjs/nn";
import type { Tensor } from "@unfoldjs/tensor-core";

/** What makes a tensor of a tensor: a layer, or a function such as `relu`. */
type Step = Pick<Layer, "forward"> | ((x: Tensor) => Tensor);

/**
 * One step after the other. The result of each is dropped as soon as the next has used it, unless a gradient needs it: as
 * `Sequential` does, where the names of a state dict want fields instead.
 */
export function through(x: Tensor, ...steps: readonly Step[]): Tensor {
  let current = x;
  for (const step of steps) {
    const next = typeof step === "function" ? step(current) : step.forward(current);
    // Not what the caller owns, what a step passed through, or what a hook keeps.
    if (current !== x && current !== next && current.endsWithScope) current.dispose();
    current = next;
  }
  return current;
}
