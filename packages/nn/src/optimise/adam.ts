import { adamUpdate, type Tensor } from "@unfoldjs/tensor-core";
import type { Parameter } from "../module/parameter.ts";
import { assertSetting, type GroupOptions } from "./groups.ts";
import { type BaseSettings, type Memory, Optimizer } from "./optimizer.ts";

export interface AdamSettings extends BaseSettings {
  /** Default 1e-3. */
  learningRate: number;
  /** Share of the old in the running mean of the gradient. Default 0.9. */
  beta1: number;
  /** Share of the old in the running mean of its square. Default 0.999. */
  beta2: number;
  /** Added to the root that is divided by. Default 1e-8. */
  epsilon: number;
  /** Length of a pull towards 0. Default 0; for AdamW 0.01. */
  weightDecay: number;
  /** Divides by the largest mean square so far, not by today's: steps never grow again (Reddi et al. 2018). Default false. */
  amsgrad: boolean;
  /** Makes the loss large and not small. Default false. */
  maximize: boolean;
}

const DEFAULTS: AdamSettings = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
};

const SLOTS = ["expAvg", "expAvgSq"];
const AMSGRAD_SLOTS = [...SLOTS, "maxExpAvgSq"];

type Parameters = Iterable<Parameter> | readonly GroupOptions<AdamSettings>[];

/** What Adam and AdamW share. */
abstract class AdamFamily extends Optimizer<AdamSettings> {
  /** Whether the pull towards 0 is apart from the gradient. */
  protected abstract readonly decoupled: boolean;

  protected override slots({ amsgrad }: AdamSettings): readonly string[] {
    return amsgrad ? AMSGRAD_SLOTS : SLOTS;
  }

  protected override update(parameter: Parameter, gradient: Tensor, memory: Memory, settings: AdamSettings): void {
    const { expAvg, expAvgSq, maxExpAvgSq } = memory.tensors as {
      readonly expAvg: Tensor;
      readonly expAvgSq: Tensor;
      readonly maxExpAvgSq?: Tensor;
    };
    const step = {
      ...settings,
      learningRate: this.rateOf(settings),
      isDecoupled: this.decoupled,
      step: () => ++memory.updates,
      scale: settings.maximize ? -1 : 1,
    };
    adamUpdate(parameter, gradient, expAvg, expAvgSq, step, settings.amsgrad ? maxExpAvgSq : undefined);
  }

  protected override assertSettings({ learningRate, beta1, beta2, epsilon, weightDecay }: AdamSettings): void {
    assertSetting(this.name, "learningRate", learningRate, 0);
    assertSetting(this.name, "beta1", beta1, 0, 1);
    assertSetting(this.name, "beta2", beta2, 0, 1);
    assertSetting(this.name, "epsilon", epsilon, 0);
    assertSetting(this.name, "weightDecay", weightDecay, 0);
  }
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1), as PyTorch's: g ← ∂L/∂p + weightDecay · p; m ← β₁ m + (1 − β₁) g;
 * v ← β₂ v + (1 − β₂) g²; p ← p − learningRate · m̂ / (√v̂ + ε), with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).
 * With `maximize` g starts from −∂L/∂p; with `amsgrad` v̂ is the largest v so far / (1 − β₂ᵗ).
 */
export class Adam extends AdamFamily {
  protected override readonly decoupled = false;

  /** @throws ValueError on a setting that makes no sense */
  constructor(parameters: Parameters, settings: Partial<AdamSettings> = {}) {
    super("Adam", parameters, DEFAULTS, settings);
  }
}

/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2), as PyTorch's: Adam without weight decay in the gradient, but
 * p ← p · (1 − learningRate · weightDecay) before each step.
 */
export class AdamW extends AdamFamily {
  protected override readonly decoupled = true;

  /** @throws ValueError on a setting that makes no sense */
  constructor(parameters: Parameters, settings: Partial<AdamSettings> = {}) {
    super("AdamW", parameters, { ...DEFAULTS, weightDecay: 0.01 }, settings);
  }
}
