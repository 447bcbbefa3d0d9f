import type { RowGradient } from "@unfoldjs/autograd";
import { adamRowsUpdate, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import type { Parameter } from "../module/parameter.ts";
import { assertSetting, type GroupOptions } from "./groups.ts";
import { type BaseSettings, type Memory, Optimizer } from "./optimizer.ts";

export interface SparseAdamSettings extends BaseSettings {
  /** Default 1e-3. */
  learningRate: number;
  /** Share of the old in the running mean of the gradient. Default 0.9. */
  beta1: number;
  /** Share of the old in the running mean of its square. Default 0.999. */
  beta2: number;
  /** Added to the root that is divided by. Default 1e-8. */
  epsilon: number;
  /** Makes the loss large and not small. Default false. */
  maximize: boolean;
}

const DEFAULTS: SparseAdamSettings = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, maximize: false };

/**
 * Lazy Adam for tables whose gradient is rows (`Embedding` with `sparse: true`), as PyTorch's SparseAdam: a row and its
 * moments change when the row was looked up, and stay as they are when it was not; the step that corrects the moments' bias
 * is one for the whole table. A step costs what the rows cost, however large the table.
 *
 * @example
 * const table = new Embedding(100_000, 300, { sparse: true });
 * const optimizer = new SparseAdam(table.parameters());
 */
export class SparseAdam extends Optimizer<SparseAdamSettings> {
  /** @throws ValueError on a setting that makes no sense */
  constructor(
    parameters: Iterable<Parameter> | readonly GroupOptions<SparseAdamSettings>[],
    settings: Partial<SparseAdamSettings> = {},
  ) {
    super("SparseAdam", parameters, DEFAULTS, settings);
  }

  protected override slots(): readonly string[] {
    return ["expAvg", "expAvgSq"];
  }

  protected override assertTakes(parameter: Parameter): void {
    if (parameter.rowGrad !== undefined) return;
    throw new ValueError(
      "SparseAdam.step",
      { parameter: parameter.shape },
      "takes gradients of rows alone, and this one is whole",
      "look the table up with sparse: true, or give this parameter to Adam",
    );
  }

  /** Never called: `assertTakes` lets no whole gradient through. */
  protected override update(): void {}

  protected override updateRows(
    parameter: Parameter,
    rows: RowGradient,
    memory: Memory,
    settings: SparseAdamSettings,
  ): void {
    const { expAvg, expAvgSq } = memory.tensors as { expAvg: Tensor; expAvgSq: Tensor };
    adamRowsUpdate(parameter, rows, expAvg, expAvgSq, {
      ...settings,
      learningRate: this.rateOf(settings),
      step: () => ++memory.updates,
      scale: settings.maximize ? -1 : 1,
    });
  }

  protected override assertSettings({ learningRate, beta1, beta2, epsilon }: SparseAdamSettings): void {
    assertSetting("SparseAdam", "learningRate", learningRate, 0);
    assertSetting("SparseAdam", "beta1", beta1, 0, 1);
    assertSetting("SparseAdam", "beta2", beta2, 0, 1);
    assertSetting("SparseAdam", "epsilon", epsilon, 0);
  }
}
