import {
  type AnyTensor,
  type Call,
  currentHandlers,
  GradientError,
  type Handler,
  type Results,
} from "@unfoldjs/tensor-core";
import { differentiableResults, isFloat } from "../rules/differentiable.ts";
import { nextId } from "../repeat/first-run.ts";

type Storage = AnyTensor["storage"];

/** An update that wrote something followed. */
interface Write {
  readonly writer: string;
  /** Tensors from this id on were made after it: they hold what it wrote only if a derivation saw how they came about. */
  readonly since: number;
}

/** What a derivation knows of tensors: a tape or tangents. */
interface Following {
  follows(tensor: AnyTensor): boolean;
}

/**
 * Where updates took what a derivation follows: into memory, out of its sight. Such a tensor may be written again and
 * again, as a running statistic is, and read for that; a result that was made of it has a derivative that nobody knows,
 * and is refused.
 */
export class Writes {
  private readonly targets = new Map<Storage, Write>();
  /** Tensors that were made of what was written, by id. */
  private readonly made = new Map<number, Write>();

  /** Looks at a call that is over: an update may write what is followed, anything else may pass on what was written. */
  note(call: Call, results: Results, following: Following): void {
    if (call.op.kind === "update") this.noteUpdate(call, call.op.writes, following);
    else if (this.targets.size > 0) this.passOn(call, results);
  }

  /** The results of a call that is no op's, such as a function with a gradient of its own. */
  carry(inputs: readonly AnyTensor[], results: readonly AnyTensor[]): void {
    const write = this.firstOf(inputs);
    if (write !== undefined) for (const { id } of results) this.made.set(id, write);
  }

  /** @throws GradientError if `result` was made of what an update wrote */
  refuse(result: AnyTensor, op: string): void {
    const write = this.of(result);
    if (write === undefined) return;
    const { writer } = write;
    throw new GradientError(
      op,
      { result: result.shape, "written by": writer },
      `the result depends on a tensor into which ${writer} wrote what is differentiated, and no derivative goes through a write`,
      `use the value itself in place of the tensor that ${writer} wrote to (joined by concat, stack or where), ` +
        "or write inside noGrad() to make it a constant",
    );
  }

  private noteUpdate({ op, inputs }: Call, writes: readonly string[], following: Following): void {
    const read = Object.keys(inputs).filter((name) => !writes.includes(name));
    let write = this.firstOf(read.map((name) => inputs[name]));
    if (write === undefined && read.some((name) => inputs[name] !== undefined && following.follows(inputs[name]))) {
      write = { writer: op.name, since: nextId() };
    }
    for (const name of writes) {
      const target = inputs[name];
      if (target === undefined) continue;
      if (write !== undefined) {
        if (!this.targets.has(target.storage)) this.targets.set(target.storage, { ...write, since: nextId() });
      } else if (op.name === "assign" && isWhole(target)) {
        this.targets.delete(target.storage); // nothing is left of what was written before
      }
    }
  }

  private passOn(call: Call, results: Results): void {
    const write = this.firstOf(Object.values(call.inputs));
    if (write === undefined) return;
    for (const name of differentiableResults(call)) {
      const result = results[name];
      if (result !== undefined && isFloat(result)) this.made.set(result.id, write);
    }
  }

  private firstOf(tensors: readonly (AnyTensor | undefined)[]): Write | undefined {
    if (this.targets.size === 0) return undefined;
    for (const tensor of tensors) {
      const write = tensor && this.of(tensor);
      if (write !== undefined) return write;
    }
    return undefined;
  }

  private of({ id, storage }: AnyTensor): Write | undefined {
    const write = this.targets.get(storage);
    return write !== undefined && id < write.since ? write : this.made.get(id);
  }
}

/** Tells every derivation in force that `results` were made of `inputs` out of its sight. */
export function carryWrites(inputs: readonly AnyTensor[], results: readonly AnyTensor[]): void {
  for (let at = currentHandlers(); at !== undefined; at = at.below) {
    const { handler } = at;
    if (hasWrites(handler)) handler.writes.carry(inputs, results);
  }
}

function hasWrites(handler: Handler): handler is Handler & { readonly writes: Writes } {
  return "writes" in handler;
}

/** True if the tensor is all that its storage holds. */
function isWhole({ isContiguous, dtype, size, storage }: AnyTensor): boolean {
  return isContiguous && dtype === "f32" && size * Float32Array.BYTES_PER_ELEMENT === storage.bytes;
}
