import { assertWhole, checkOptions, type OptionChecks } from "@unfoldjs/tensor-core";
import type { AnyModule } from "../module/any-module.ts";
import { assertModule } from "../module/assert-module.ts";
import type { Callback } from "../train/callback.ts";
import { freezeAs } from "./freeze-stages.ts";
import { stagesOf } from "./stages.ts";

export interface GradualUnfreezingOptions {
  /** How many stages learn in the first epoch, counted from the head. Default 1. */
  readonly start?: number;
  /** Epochs after which one more learns. Default 1. */
  readonly every?: number;
  /** How many learn at most. Default all. */
  readonly most?: number;
}

/** A callback of `fit`, and for a loop of one's own. */
export interface GradualUnfreezing extends Callback {
  /**
   * Freezes and thaws the model's stages as this epoch wants them.
   * @param epoch from 1 @returns how many stages learn now
   */
  at(model: AnyModule, epoch: number): number;
}

const OPTIONS: OptionChecks<GradualUnfreezingOptions> = { start: fromOne, every: fromOne, most: fromOne };

/**
 * Thaws a model stage by stage from the head on (Howard & Ruder 2018, section 3.3): first the head learns alone, then with the stage
 * before it, and so on, so that a head that knows nothing yet does not spoil what the lower stages know. What is frozen is frozen as
 * by `freezeStages`. It follows from the epoch alone, so that a training that is resumed goes on as it was.
 * @example await fit(model, data, { …, callbacks: [gradualUnfreezing({ every: 2 })] })
 * @example const thaw = gradualUnfreezing(); for (let epoch = 1; epoch <= 5; epoch++) { thaw.at(model, epoch); … }
 * @throws ValueError unless options are whole numbers from 1 up
 */
export function gradualUnfreezing(options: GradualUnfreezingOptions = {}): GradualUnfreezing {
  checkOptions("gradualUnfreezing", options, OPTIONS);
  const { start = 1, every = 1, most = Infinity } = options;
  const at = (model: AnyModule, epoch: number): number => {
    assertModule("gradualUnfreezing", "model", model);
    assertWhole("gradualUnfreezing", "epoch", epoch, 1);
    const all = stagesOf(model).length;
    const learning = Math.min(start + Math.floor((epoch - 1) / every), most, all);
    freezeAs("gradualUnfreezing", model, all - learning);
    return learning;
  };
  return {
    at,
    onStart: ({ model, epoch }) => void at(model, Math.max(1, epoch)), // also of one that goes on within an epoch
    onEpochStart: ({ model, epoch }) => void at(model, epoch),
  };
}

function fromOne(op: string, name: string, value: unknown): void {
  assertWhole(op, name, value, 1);
}
