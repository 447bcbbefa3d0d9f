import { anyNumber, checkOptions, type OptionChecks, ValueError } from "@unfoldjs/tensor-core";
import type { AnyModule } from "../module/any-module.ts";
import { assertModule } from "../module/assert-module.ts";
import type { Parameter } from "../module/parameter.ts";
import { assertSetting } from "../optimise/groups.ts";
import { stagesOf } from "./stages.ts";

export interface DiscriminativeOptions {
  /** Of the last stage, the head. */
  readonly learningRate: number;
  /** By how much the rate of each stage is larger than that of the stage before it. Default 2.6. */
  readonly factor?: number;
}

/** A stage's parameters and learning rate: a group of an optimiser. */
export interface StageGroup {
  readonly parameters: readonly Parameter[];
  readonly learningRate: number;
}

const OPTIONS: OptionChecks<DiscriminativeOptions> = { learningRate: anyNumber, factor: anyNumber };

/**
 * Groups for an optimiser, one for each stage that has parameters, whose learning rates fall from the head to the input by a
 * factor: discriminative fine-tuning (Howard & Ruder 2018, section 3.2), since lower layers hold what is more general.
 * Frozen stages are among them, so that they learn when they are thawed. A schedule multiplies all rates; setting the
 * optimiser's `learningRate` would make them one.
 * @throws ValueError unless `learningRate` is from 0 up and `factor` from 1 up
 * @example new AdamW(discriminativeRates(model, { learningRate: 1e-3 }))
 */
export function discriminativeRates(model: AnyModule, options: DiscriminativeOptions): StageGroup[] {
  assertModule("discriminativeRates", "model", model);
  checkOptions("discriminativeRates", options, OPTIONS);
  const { learningRate, factor = 2.6 } = options;
  assertSetting("discriminativeRates", "learningRate", learningRate, 0);
  assertSetting("discriminativeRates", "factor", factor, 1);
  const groups = stagesOf(model).filter(({ parameters }) => parameters.length > 0);
  if (groups.length === 0) {
    throw new ValueError("discriminativeRates", { model: model.constructor.name }, "there are no parameters to group");
  }
  let rate = learningRate;
  return groups
    .toReversed()
    .map(({ parameters }, fromHead): StageGroup => {
      if (fromHead > 0) rate /= factor;
      return { parameters, learningRate: rate };
    })
    .toReversed();
}
