import type { RowGradient } from "@unfoldjs/autograd";
import { sgdRowsUpdate, type SgdSettings, sgdUpdate, type Tensor, ValueError } from "@unfoldjs/tensor-core";
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
  /**
   * Lets momentum go along with a gradient of rows (`Embedding` with `sparse: true`): a row that is not looked up keeps its
   * velocity until it is, where it would move on. Default false.
   */
  lazyMomentum: boolean;
  /** Makes the loss large and not small. Default false. */
  maximize: boolean;
}

const DEFAULTS: SGDSettings = {
  learningRate: 1e-3,
  momentum: 0,
  dampening: 0,
  nesterov: false,
  weightDecay: 0,
  lazyMomentum: false,
  maximize: false,
};

/**
 * Stochastic gradient descent, as PyTorch's SGD: g ← ∂L/∂p + weightDecay · p; v ← momentum · v + (1 − dampening) · g, at
 * first v ← g; p ← p − learningRate · v, or with Nesterov's momentum p − learningRate · (g + momentum · v). With `maximize`
 * g starts from −∂L/∂p.
 *
 * A gradient of rows moves just these rows, and costs what they cost.
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

  protected override update(parameter: Parameter, gradient: Tensor, memory: Memory, settings: SGDSettings): void {
    sgdUpdate(parameter, gradient, memory.tensors["velocity"], this.stepOf(memory, settings));
  }

  protected override assertTakes(parameter: Parameter, { momentum, weightDecay, lazyMomentum }: SGDSettings): void {
    if (parameter.rowGrad === undefined || (weightDecay === 0 && (momentum === 0 || lazyMomentum))) return;
    throw new ValueError(
      "SGD.step",
      { table: parameter.shape, momentum, weightDecay },
      "weight decay and momentum move every row of a table, and its gradient is some of its rows",
      "no weight decay, and lazyMomentum: true if rows may keep their velocity; or look it up with sparse: false",
    );
  }

  protected override updateRows(parameter: Parameter, rows: RowGradient, memory: Memory, settings: SGDSettings): void {
    sgdRowsUpdate(parameter, rows, memory.tensors["velocity"], this.stepOf(memory, settings));
  }

  private stepOf(memory: Memory, settings: SGDSettings): SgdSettings {
    const isFirst = (): boolean => ++memory.updates === 1;
    return { ...settings, learningRate: this.rateOf(settings), isFirst, scale: settings.maximize ? -1 : 1 };
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
