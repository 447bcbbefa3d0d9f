import { aliasOf, type AnyTensor, type Call, type Handler, type Results, unowned } from "@unfoldjs/tensor-core";
import { differentiableResults, isFloat, rowOf, savesFor } from "../rules/differentiable.ts";
import { Writes } from "../writes/writes.ts";

/** What `Reach` asks of the tape that it stands for. */
interface Watching {
  readonly writes: Writes;
  follows(tensor: AnyTensor): boolean;
  leadsTo(tensor: AnyTensor, op: string): boolean;
}

/** Stands in a tape's place and keeps nothing for a way back: it only learns what leads from where to where. */
export class Reach implements Handler {
  readonly name = "reach";
  /** The tensors that the tape follows and that were used, by id. */
  readonly sources: Map<number, AnyTensor> = new Map();
  private readonly made = new Set<number>();
  /** Those of the tape: what is written here may be used outside. */
  readonly writes: Writes;
  private readonly tape: Watching;

  constructor(tape: Watching) {
    this.tape = tape;
    this.writes = tape.writes;
  }

  follows(tensor: AnyTensor): boolean {
    return this.isMade(tensor) || this.tape.follows(tensor);
  }

  /** True for a tensor that was made of followed ones since. */
  isMade({ id }: { readonly id: number }): boolean {
    return this.made.has(id);
  }

  handle(call: Call, next: () => Results): Results {
    const results = call.op.kind === "update" ? next() : this.record(call, next);
    this.writes.note(call, results, this);
    return results;
  }

  private record(call: Call, next: () => Results): Results {
    const names = differentiableResults(call);
    const followed = Object.keys(call.inputs).filter((name) => {
      const input = call.inputs[name];
      return input !== undefined && (this.isMade(input) || this.tape.leadsTo(input, call.op.name));
    });
    if (names.length === 0 || followed.length === 0) return next();
    const row = rowOf(call, next);
    for (const name of followed) savesFor(call, row, name, next);
    const results = next();
    for (const name of names) {
      const result = results[name];
      if (result !== undefined && isFloat(result)) this.made.add(result.id);
    }
    this.noteUse(followed.map((name) => call.inputs[name] as AnyTensor));
    return results;
  }

  /** Notes that something was made of these; those that the tape follows are sources. */
  protected noteUse(inputs: readonly AnyTensor[]): void {
    for (const input of inputs) {
      if (this.isMade(input) || this.sources.has(input.id)) continue;
      this.sources.set(
        input.id,
        unowned(() => aliasOf(input)),
      );
    }
  }

  /** Notes a result that was made of these in another way than by an op. */
  append(result: AnyTensor, inputs: readonly AnyTensor[]): void {
    this.noteUse(inputs.filter((input) => this.follows(input)));
    this.made.add(result.id);
  }

  release(): void {
    for (const source of this.sources.values()) source.dispose();
    this.sources.clear();
  }
}

/**
 * Stands in the place of a tape, or of a `Reach`, when what it saw runs again for a tape further out: a function with a
 * gradient of its own has that for the innermost derivation, and those around see what the function does. From here nothing
 * goes back, and so nothing is kept.
 */
export class LaterReach extends Reach {
  constructor(tape: { follows(tensor: AnyTensor): boolean }) {
    const follows = (tensor: AnyTensor): boolean => tape.follows(tensor);
    super({ writes: new Writes(), follows, leadsTo: follows });
  }

  protected override noteUse(): void {
    // What was used may be gone, and a `Replay` below has it.
  }
}

/** True for one of this or of another copy of the package. */
export function isReach(handler: Handler): handler is Reach {
  return handler.name === "reach";
}
