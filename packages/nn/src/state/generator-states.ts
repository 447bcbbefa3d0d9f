import { FormatError, type Generator, type GeneratorState } from "@unfoldjs/tensor-core";
import { defaultGenerator } from "../initialise/default-generator.ts";
import type { Module } from "../module/module.ts";

/** Where each generator of a training stands, by its name. */
export type GeneratorStates = Readonly<Record<string, GeneratorState>>;

/** Every generator that a training draws from: the data's, the default one, the model's layers', and further ones. */
export class Generators {
  private readonly named: ReadonlyMap<string, Generator>;

  constructor(model: Module, data: Generator | undefined, further: Readonly<Record<string, Generator>>) {
    this.named = new Map<string, Generator>([
      ["default", defaultGenerator()],
      ...(data === undefined ? [] : [["data", data] as const]),
      ...model.namedGenerators().map(([path, generator]) => [`model.${path}`, generator] as const),
      ...Object.entries(further).map(([name, generator]) => [`further.${name}`, generator] as const),
    ]);
  }

  states(): GeneratorStates {
    return Object.fromEntries(Array.from(this.named, ([name, generator]) => [name, generator.state()]));
  }

  /** @throws FormatError if the names are not those of this training, or one of the states is none */
  assertFitting(states: GeneratorStates): void {
    const [own, came] = [[...this.named.keys()], Object.keys(states)];
    for (const [name, state] of Object.entries(states)) {
      if (isGeneratorState(state)) continue;
      throw new FormatError(
        "resume",
        { generator: name, state: JSON.stringify(state) },
        "the state of a generator is a seed and a counter, both whole numbers from 0 up",
        "use an earlier checkpoint",
      );
    }
    if (own.toSorted().join() !== came.toSorted().join()) {
      throw new FormatError(
        "resume",
        { saved: came.join(", "), own: own.join(", ") },
        "the checkpoint has other random number generators than this training",
        "build model, data and options as they were when it was made",
      );
    }
  }

  /** @throws FormatError, before one is changed, on states of another training */
  restore(states: GeneratorStates): void {
    this.assertFitting(states);
    for (const [name, generator] of this.named) generator.restore(states[name] as GeneratorState);
  }
}

function isGeneratorState(state: Partial<GeneratorState> | null): boolean {
  return [state?.seed, state?.counter].every((part) => Number.isSafeInteger(part) && Number(part) >= 0);
}
