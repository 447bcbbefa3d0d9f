import type { RowGradient } from "@unfoldjs/autograd";
import { keep, scope, type Shape, type Tensor, ValueError, zerosLike } from "@unfoldjs/tensor-core";
import type { Parameter } from "../module/parameter.ts";
import type { Json, State, Stateful } from "../state/state.ts";
import { assertSetting, type Group, type GroupOptions, groupsFrom } from "./groups.ts";
import { readState } from "./saved-state.ts";

/** What every optimiser's groups have. */
export interface BaseSettings {
  /** Length of a step in units of what the optimiser makes of the gradient. */
  learningRate: number;
}

/**
 * What an optimiser remembers of a parameter: how often it was updated, and tensors of its shape. The op of an update counts
 * it, when it runs.
 */
export interface Memory {
  updates: number;
  readonly tensors: Record<string, Tensor>;
}

/**
 * Changes parameters by their gradients. A subclass says what it remembers (`slots`) and how it updates one parameter.
 *
 * A step uses each gradient up: the next `backward` starts from nothing, so a training loop needs no `zeroGrad`.
 */
export abstract class Optimizer<Settings extends BaseSettings = BaseSettings> implements Stateful {
  readonly groups: readonly Group<Settings>[];
  private factor = 1;
  private readonly memories = new Map<Parameter, Memory>();
  /** What errors call it. */
  protected readonly name: string;
  private readonly defaults: Settings;

  constructor(
    name: string,
    parameters: Iterable<Parameter> | readonly GroupOptions<Settings>[],
    defaults: Settings,
    settings: Partial<Settings>,
  ) {
    this.name = name;
    this.defaults = defaults;
    this.groups = groupsFrom(name, parameters, defaults, settings);
    for (const group of this.groups) this.assertSettings(group);
  }

  /** The first group's learning rate; setting it sets that of every group. */
  get learningRate(): number {
    return this.groups[0]?.learningRate ?? 0;
  }

  set learningRate(rate: number) {
    for (const group of this.groups) this.assertSettings({ ...group, learningRate: rate });
    for (const group of this.groups) group.learningRate = rate;
  }

  /** What all groups' learning rates are multiplied by: for schedules. 1 at first. @throws ValueError if negative or not finite */
  get learningRateFactor(): number {
    return this.factor;
  }

  set learningRateFactor(factor: number) {
    assertSetting(this.name, "learningRateFactor", factor, 0);
    this.factor = factor;
  }

  /** Names of the tensors that it remembers for each parameter of a group. */
  protected abstract slots(settings: Settings): readonly string[];
  /** Writes the new values of `parameter`, in place. */
  protected abstract update(parameter: Parameter, gradient: Tensor, memory: Memory, settings: Settings): void;
  /** Writes the new values of the rows of a table. Who takes rows writes this; others refuse them. */
  protected updateRows?(parameter: Parameter, rows: RowGradient, memory: Memory, settings: Settings): void;
  /**
   * Looks at the gradient of each parameter before any of them moves: a step that is refused changes nothing.
   * @throws ValueError on a gradient that the optimiser does not take
   */
  protected assertTakes(parameter: Parameter, _settings: Settings): void {
    if (parameter.rowGrad === undefined || this.updateRows !== undefined) return;
    throw new ValueError(
      `${this.name}.step`,
      { table: parameter.shape },
      `the gradient of this table is rows (it was looked up with sparse: true), which ${this.name} does not take`,
      "use SparseAdam or SGD for it, in a group or an optimiser of its own, or look it up with sparse: false",
    );
  }
  /** @throws ValueError on a setting that makes no sense */
  protected abstract assertSettings(settings: Settings): void;

  /**
   * Updates every parameter that has a gradient; frozen ones are left alone.
   * @throws ValueError if none has a gradient that no step has used yet, one has a gradient that is not taken here, or a
   * setting was changed to one that makes no sense: nothing was changed then
   */
  step(): void {
    const moving: { readonly parameter: Parameter; readonly group: Group<Settings> }[] = [];
    for (const group of this.groups) {
      for (const parameter of group.parameters) {
        if (!parameter.frozen && parameter.hasFreshGrad) moving.push({ parameter, group });
      }
    }
    for (const group of this.groups) this.assertSettings(group); // they may have been changed since the last step
    for (const { parameter, group } of moving) this.assertTakes(parameter, group);
    // Where there is not enough memory for all, none moves.
    const ready = moving.map(({ parameter, group }) => ({ parameter, group, memory: this.memoryOf(parameter, group) }));
    for (const { parameter, group, memory } of ready) {
      const { grad, rowGrad } = parameter;
      if (rowGrad !== undefined) this.updateRows?.(parameter, rowGrad, memory, group);
      else if (grad !== undefined) this.update(parameter, grad, memory, group);
      parameter.gradIsSpent = true;
    }
    if (moving.length > 0) return;
    const parameters = this.groups.flatMap((group) => group.parameters);
    throw new ValueError(
      `${this.name}.step`,
      { parameters: parameters.length, frozen: parameters.filter(({ frozen }) => frozen).length },
      "no parameter has a gradient that was not used yet",
      "call backward(model, () => loss) before each step, with a model that holds these parameters",
    );
  }

  /** The learning rate of a group as a schedule has it now: an op reads it when it runs. */
  protected rateOf(settings: Settings): () => number {
    return () => settings.learningRate * this.learningRateFactor;
  }

  /** Forgets the gradients that were added up since the last step. */
  zeroGrad(): void {
    for (const { parameters } of this.groups) for (const parameter of parameters) parameter.gradIsSpent = true;
  }

  private memoryOf(parameter: Parameter, settings: Settings): Memory {
    let memory = this.memories.get(parameter);
    if (memory === undefined) this.memories.set(parameter, (memory = { updates: 0, tensors: {} }));
    for (const slot of this.slots(settings)) memory.tensors[slot] ??= keep(zerosLike<Shape, "f32">(parameter));
    return memory;
  }

  /** Gives back the memory of what it remembers. */
  dispose(): void {
    for (const parameter of this.memories.keys()) this.forget(parameter);
  }

  private forget(parameter: Parameter): void {
    for (const tensor of Object.values(this.memories.get(parameter)?.tensors ?? {})) tensor.dispose();
    this.memories.delete(parameter);
  }

  /** Settings, and what is remembered of each parameter by its place: `0.expAvg`. */
  state(): State {
    const tensors: Record<string, Tensor> = {};
    const updates: Record<string, number> = {};
    for (const [at, parameter] of this.parameters().entries()) {
      const memory = this.memories.get(parameter);
      if (memory === undefined) continue;
      updates[at] = memory.updates;
      for (const slot in memory.tensors) tensors[`${at}.${slot}`] = memory.tensors[slot] as Tensor;
    }
    const groups = this.groups.map(({ parameters, ...settings }): Json => ({
      ...(settings as Record<string, Json>),
      parameters: parameters.length,
    }));
    return { values: { optimizer: this.name, groups, updates, learningRateFactor: this.learningRateFactor }, tensors };
  }

  /**
   * Goes on where `state` was taken. Nothing is changed by a state that is refused.
   * @throws FormatError if that was another optimiser, had other parameters, or makes no sense
   */
  loadState(state: State): void {
    const { settings, memories, learningRateFactor } = readState(state, {
      name: this.name,
      groups: this.groups,
      defaults: this.defaults,
      slots: (saved) => this.slots(saved),
      assertSettings: (saved) => this.assertSettings(saved),
    });
    // All that may fail, for want of memory, before the first change.
    const copies = scope(() =>
      Array.from(memories, ([parameter, { updates, tensors }]) => {
        const copied = Object.entries(tensors).map(([slot, tensor]) => [slot, tensor.clone()] as const);
        return { parameter, updates, tensors: Object.fromEntries(copied) };
      }),
    );
    this.dispose();
    for (const { parameter, updates, tensors } of copies) {
      for (const tensor of Object.values(tensors)) keep(tensor);
      this.memories.set(parameter, { updates, tensors });
    }
    for (const [i, group] of this.groups.entries()) Object.assign(group, settings[i]);
    this.factor = learningRateFactor;
  }

  private parameters(): Parameter[] {
    return this.groups.flatMap(({ parameters }) => parameters);
  }
}
