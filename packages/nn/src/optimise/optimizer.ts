import type { RowGradient } from "@unfoldjs/autograd";
import { FormatError, keep, type Shape, type Tensor, ValueError, zerosLike } from "@unfoldjs/tensor-core";
import type { Parameter } from "../module/parameter.ts";
import type { Json, State, Stateful } from "../state/state.ts";
import { type Group, type GroupOptions, groupsFrom } from "./groups.ts";

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
  /** What all groups' learning rates are multiplied by: for schedules. */
  learningRateFactor = 1;
  private readonly memories = new Map<Parameter, Memory>();
  private readonly name: string;

  constructor(
    name: string,
    parameters: Iterable<Parameter> | readonly GroupOptions<Settings>[],
    defaults: Settings,
    settings: Partial<Settings>,
  ) {
    this.name = name;
    this.groups = groupsFrom(name, parameters, defaults, settings);
    for (const group of this.groups) this.assertSettings(group);
  }

  /** The first group's learning rate; setting it sets that of every group. */
  get learningRate(): number {
    return this.groups[0]?.learningRate ?? 0;
  }

  set learningRate(rate: number) {
    for (const group of this.groups) {
      group.learningRate = rate;
      this.assertSettings(group);
    }
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
   * @throws ValueError if none has a gradient that no step has used yet, or one has a gradient that is not taken here:
   * nothing was changed then
   */
  step(): void {
    const moving = this.groups.flatMap((group) =>
      group.parameters
        .filter((parameter) => !parameter.frozen && parameter.hasFreshGrad)
        .map((parameter) => ({ parameter, group })),
    );
    for (const { parameter, group } of moving) this.assertTakes(parameter, group);
    for (const { parameter, group } of moving) {
      const { grad, rowGrad } = parameter;
      const memory = this.memoryOf(parameter, group);
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
    const memory = this.memories.get(parameter) ?? { updates: 0, tensors: {} };
    for (const slot of this.slots(settings)) memory.tensors[slot] ??= keep(zerosLike<Shape, "f32">(parameter));
    this.memories.set(parameter, memory);
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

  /** Goes on where `state` was taken. @throws FormatError if that was another optimiser, or had other parameters */
  loadState({ values, tensors }: State): void {
    const groups = this.checkedGroups(values);
    const updates = (values["updates"] ?? {}) as Record<string, number>;
    const parameters = this.parameters();
    this.checkTensors(updates, tensors, parameters);
    groups.forEach((settings, i) =>
      Object.assign(this.groups[i] ?? {}, { ...settings, parameters: this.groups[i]?.parameters }),
    );
    this.learningRateFactor = Number(values["learningRateFactor"] ?? 1);
    for (const group of this.groups) {
      for (const parameter of group.parameters) {
        const at = parameters.indexOf(parameter);
        const count = updates[at];
        if (count === undefined) {
          this.forget(parameter); // it had not been updated when the state was taken
          continue;
        }
        const memory = this.memoryOf(parameter, group);
        memory.updates = count;
        for (const slot in memory.tensors) memory.tensors[slot]?.assign(tensors[`${at}.${slot}`] as Tensor<Shape>);
      }
    }
  }

  private parameters(): Parameter[] {
    return this.groups.flatMap(({ parameters }) => parameters);
  }

  private checkedGroups(values: State["values"]): Record<string, Json>[] {
    const { optimizer, groups } = values;
    const saved = (Array.isArray(groups) ? groups : []) as (Record<string, Json> & { parameters: number })[];
    const sizes = saved.map(({ parameters }) => parameters);
    const own = this.groups.map(({ parameters }) => parameters.length);
    if (optimizer !== this.name || sizes.join() !== own.join()) {
      throw new FormatError(
        "loadState",
        {
          saved: `${JSON.stringify(optimizer)} of ${sizes.join(" + ")} parameters`,
          own: `"${this.name}" of ${own.join(" + ")} parameters`,
        },
        "the state is that of another optimiser, or of other parameter groups",
        "build the optimiser as it was when the state was saved",
      );
    }
    return saved;
  }

  private checkTensors(
    updates: Readonly<Record<string, number>>,
    tensors: State["tensors"],
    parameters: readonly Parameter[],
  ): void {
    for (const at in updates) {
      const parameter = parameters[Number(at)];
      const group = this.groups.find(
        (candidate) => parameter !== undefined && candidate.parameters.includes(parameter),
      );
      for (const slot of group === undefined ? [] : this.slots(group)) {
        const came = tensors[`${at}.${slot}`];
        if (came?.dtype === "f32" && came.shape.join() === parameter?.shape.join()) continue;
        throw new FormatError(
          "loadState",
          { tensor: `${at}.${slot}`, wanted: parameter?.shape, came: came?.shape ?? "nothing" },
          "the state does not fit the parameters; nothing was changed",
        );
      }
    }
  }
}
