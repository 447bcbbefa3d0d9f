import { type AnyModule, isModule } from "@unfoldjs/nn";
import { assertShape, inCall, type Shape, wrongArgument } from "@unfoldjs/tensor-core";

/** What one layer costs. */
export interface LayerCost {
  readonly path: string;
  readonly class: string;
  /** Undefined for a layer that was not run, or whose result is not one tensor. */
  readonly outputShape: Shape | undefined;
  /** Elements of the parameters that it holds itself. */
  readonly parameters: number;
  /** Multiplications with an addition that it did itself. */
  readonly multiplyAdds: number;
  /** Bytes of the results of what it computed itself: what a gradient may have to keep. */
  readonly activationBytes: number;
}

/** What a model costs, and each of its layers. */
export interface ModelCost {
  readonly layers: readonly LayerCost[];
  readonly parameters: number;
  readonly multiplyAdds: number;
  readonly activationBytes: number;
}

/**
 * What a model costs for a batch of this shape, by layer: those that hold parameters or compute something by themselves. Numbers
 * are those of `model.summary`, found by running zeros through in use.
 *
 * @example cost(new Conv2d(192, 32, 5, { padding: 2 }), [1, 192, 28, 28]).multiplyAdds // 120,422,400
 * @throws ValueError if there is no model, and what the model's forward throws
 */
export function cost(module: AnyModule, inputShape: Shape): ModelCost {
  if (!isModule(module)) throw wrongArgument("cost", "module", module, "a module");
  assertShape("cost", "inputShape", inputShape);
  const { rows, parameters, multiplyAdds, activationBytes } = inCall("cost", () => module.summary(inputShape));
  const layers = rows.filter((row) => row.parameters + row.multiplyAdds + row.activationBytes > 0);
  return { layers, parameters, multiplyAdds, activationBytes };
}
