import type { AnyTensor, Call, Handler, Results } from "@unfoldjs/tensor-core";
import { differentiableResults } from "../rules/differentiable.ts";
import { Saved } from "../tape/saved.ts";
import type { Tape } from "../tape/tape.ts";

/** A call on the way from the inputs to the result, and what it was given. */
export interface Passed {
  readonly call: Call;
  readonly inputs: ReadonlyMap<string, Saved>;
}

/** Keeps the inputs of every call whose results a tape follows: a tape alone keeps what gradients need. */
export class Trail implements Handler {
  readonly name = "trail";
  private readonly passed = new Map<number, Passed>();
  private readonly tape: Tape;

  constructor(tape: Tape) {
    this.tape = tape;
  }

  handle(call: Call, next: () => Results): Results {
    const names = differentiableResults(call);
    const results = next();
    const followed = names.flatMap((name) =>
      results[name] && this.tape.follows(results[name]) ? [results[name]] : [],
    );
    if (followed.length === 0) return results;
    const given = Object.entries(call.inputs).filter((entry): entry is [string, AnyTensor] => entry[1] !== undefined);
    const inputs = new Map(given.map(([name, input]) => [name, new Saved(input)]));
    for (const { id } of followed) this.passed.set(id, { call: { ...call, requested: names }, inputs });
    return results;
  }

  /** The call that made a tensor. */
  callOf(id: number): Passed | undefined {
    return this.passed.get(id);
  }

  release(): void {
    for (const { inputs } of this.passed.values()) for (const input of inputs.values()) input.release();
    this.passed.clear();
  }
}
