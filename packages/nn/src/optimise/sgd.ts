import { sgdUpdate, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import type { Parameter } from "../module/parameter.ts";
import { assertSetting, type GroupOptions } from "./groups.ts";
import { type BaseSettings, type Memory, Optimizer } from "./optimizer.ts";

export interface SGDSettings extends BaseSettings {
  /** Default 1e-3. */
  learningRate: number;
  /** Share of the last step that goes into this one. Default 0. */
  momentum: number;
  /** By how much of it the gradient counts less beside the momentum. Default 0. */
  dampening: number;
  /** Nesterov's momentum: the gradient as if the step had been taken. Default false. */
  nesterov: boolean;
  /** Length of a pull towards 0, added to the gradient. Default 0. */
  weightDecay: number;
}

const DEFAULTS: SGDSettings = { learningRate: 1e-3, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 };

/**
 * Stochastic gradient descent, as PyTorch's SGD: g ← ∂L/∂p + weightDecay · p; v ← momentum · v + (1 − dampening) · g, at
 * first v ← g; p ← p − learningRate · v, or with Nesterov's momentum p − learningRate · (g + momentum · v).
 */
export class SGD extends Optimizer<SGDSettings> {
  /** @throws ValueError on a negative or infinite setting, or Nesterov's without momentum */
  constructor(
    parameters: Iterable<Parameter> | readonly GroupOptions<SGDSettings>[],
    settings: Partial<SGDSettings> = {},
  ) {
    super("SGD", parameters, DEFAULTS, settings);
  }

  protected override slots({ momentum }: SGDSettings): readonly string[] {
    return momentum === 0 ? [] : ["velocity"];
  }

  protected override update(
    parameter: Parameter,
    gradient: Tensor,
    { updates, tensors }: Memory,
    settings: SGDSettings,
  ): void {
    sgdUpdate(parameter, gradient, tensors["velocity"], { ...settings, isFirst: updates === 1, scale: 1 });
  }

  protected override assertSettings({ learningRate, momentum, dampening, nesterov, weightDecay }: SGDSettings): void {
    assertSetting("SGD", "learningRate", learningRate, 0);
    assertSetting("SGD", "momentum", momentum, 0);
    assertSetting("SGD", "dampening", dampening, 0);
    assertSetting("SGD", "weightDecay", weightDecay, 0);
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new ValueError(
        "SGD",
        { nesterov, momentum, dampening },
        "Nesterov's momentum needs a momentum and no dampening",
      );
    }
  }
}
