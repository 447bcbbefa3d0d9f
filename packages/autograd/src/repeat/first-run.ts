import {
  type AnyTensor,
  type Call,
  type GeneratorState,
  type Handler,
  isTensor,
  type RandomSource,
  type Results,
  unowned,
  zeros,
} from "@unfoldjs/tensor-core";
import { Held, withHeld } from "../gradient/held.ts";

/** A tensor that a run used and that was there before it. */
export interface Outer {
  readonly held: Held;
  readonly version: number;
}

/** Sees the first run of a function that will run again: the generators it drew from, and what it used of the world. */
export class FirstRun implements Handler {
  readonly name = "first run";
  /** Where each generator stood when the run drew from it first. */
  readonly draws: Map<RandomSource, GeneratorState> = new Map();
  /** By id. */
  readonly outer: Map<number, Outer> = new Map();
  private readonly start: number = nextId();
  private readonly changing: ReadonlySet<number>;

  /** @param changing tensors that are meant to have other elements in later runs */
  constructor(changing: readonly AnyTensor[] = []) {
    this.changing = new Set(changing.map(({ id }) => id));
  }

  handle(call: Call, next: () => Results): Results {
    const { op, inputs } = call;
    this.noteDraw(call);
    for (const name in inputs) {
      const input = inputs[name];
      // What is no tensor, or is one no longer, is for the call to refuse, by its name and that of the argument.
      if (!isTensor(input) || input.isDisposed) continue;
      if (input.id >= this.start || this.changing.has(input.id)) continue;
      const known = this.outer.get(input.id);
      if (known !== undefined) {
        known.held.add(input);
        continue;
      }
      // What is only written may differ the next time.
      if (op.kind === "update" && op.writes.includes(name)) continue;
      this.outer.set(input.id, { held: new Held(input), version: input.storage.version });
    }
    return next();
  }

  /** A draw has moved its generator on before it comes here: where that stood is among its variables. */
  private noteDraw({ attributes, variables }: Call): void {
    if (typeof attributes !== "object" || attributes === null) return;
    for (const source of Object.values(attributes)) {
      if (!isRandomSource(source) || this.draws.has(source)) continue;
      this.draws.set(source, { ...source.state(), ...variables });
    }
  }

  /** Runs `f` with what was there, also what a scope or its owner took away since. */
  withAll<R>(f: () => R): R {
    return withHeld(
      Array.from(this.outer.values(), ({ held }) => held),
      f,
    );
  }

  release(): void {
    for (const { held } of this.outer.values()) held.release();
    this.outer.clear();
  }
}

function isRandomSource(value: unknown): value is RandomSource {
  return typeof value === "object" && value !== null && "restore" in value && "reserve" in value && "state" in value;
}

/** Tensors made from now on have this id or a larger one. */
export function nextId(): number {
  const { id } = unowned(() => {
    const made = zeros([]);
    made.dispose();
    return made;
  });
  return id;
}
