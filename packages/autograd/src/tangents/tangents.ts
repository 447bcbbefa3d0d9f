import {
  aliasOf,
  type AnyTensor,
  type Call,
  capture,
  type Handler,
  isTensor,
  type Results,
  type Tensor,
  unowned,
  withHandler,
} from "@unfoldjs/tensor-core";
import { differentiableResults, isFloat, request, rowOf, savesFor } from "../rules/differentiable.ts";
import type { AnyRow, Named, Some } from "../row/row.ts";
import { overwritten } from "../gradient/overwritten.ts";
import { Writes } from "../writes/writes.ts";
import { push, usedBy } from "./push.ts";

/** The tangent of a tensor, and what the tensor was then. */
interface Entry {
  readonly tangent: Tensor;
  readonly storage: AnyTensor["storage"];
  readonly version: number;
}

/** So many new tangents, or an eighth of those in use, may be of no use any more before they are looked through. */
const FEW = 16;
const SHARE = 1 / 8;

/**
 * Carries derivatives along with values: for each call with an input that has a tangent, the tangents of its results.
 * Forward mode needs no tape: a tangent goes when its tensor's memory does.
 */
export class Tangents implements Handler {
  readonly name = "tangents";
  readonly writes: Writes = new Writes();
  private readonly entries = new Map<number, Entry>();
  private limit = FEW;

  follows(tensor: AnyTensor): boolean {
    return this.entries.has(tensor.id);
  }

  /** Gives `tensor` a tangent of its shape; what it had is replaced. */
  set(tensor: AnyTensor, tangent: Tensor): void {
    this.entries.get(tensor.id)?.tangent.dispose();
    const { storage } = tensor;
    this.entries.set(tensor.id, { tangent: unowned(() => aliasOf(tangent)), storage, version: storage.version });
    if (this.entries.size > this.limit) this.dropUnreachable();
  }

  /** The tangent of a tensor, on loan; undefined if it is zero. @throws GradientError if the tensor was overwritten */
  get(tensor: AnyTensor, op = "jvp"): Tensor | undefined {
    const entry = this.entries.get(tensor.id);
    if (entry === undefined || entry.version === entry.storage.version) return entry?.tangent;
    throw overwritten(op, "tangent", { shape: tensor.shape, storage: entry.storage });
  }

  /** As `get`, of a result. @throws GradientError also if an update on the way to it wrote what has a tangent */
  ofResult(result: AnyTensor, op: string): Tensor | undefined {
    this.writes.refuse(result, op);
    return this.get(result, op);
  }

  handle(call: Call, next: () => Results): Results {
    const results = call.op.kind === "update" ? next() : this.carry(call, next);
    this.writes.note(call, results, this);
    return results;
  }

  private carry(call: Call, next: () => Results): Results {
    const tangents = this.tangentsOf(call);
    if (tangents === undefined) return next();
    const names = differentiableResults(call);
    if (names.length === 0) return next();
    const row = rowOf(call, next);
    for (const name in tangents) savesFor(call, row, name, next);
    request(call, usedBy(row, tangents));
    const results = next();
    const wanted = names.filter((name) => results[name] !== undefined && isFloat(results[name]));
    if (wanted.length === 0) return results;
    const { result: pushed, made } = capture(() =>
      push(call, row, tangents, results, () => pushThroughComposition(call, row, wanted, tangents)),
    );
    for (const name of wanted) {
      const tangent = pushed[name];
      if (tangent !== undefined) this.set(results[name] as AnyTensor, tangent);
    }
    for (const handle of made) if (handle.endsWithScope) handle.dispose();
    return results;
  }

  /** Lets go of all tangents. */
  release(): void {
    for (const { tangent } of this.entries.values()) tangent.dispose();
    this.entries.clear();
  }

  private tangentsOf({ op, inputs }: Call): Some | undefined {
    let tangents: Record<string, Tensor> | undefined;
    for (const name in inputs) {
      const input = inputs[name];
      const tangent = input && this.get(input, op.name);
      if (tangent !== undefined) (tangents ??= {})[name] = tangent;
    }
    return tangents;
  }

  /** Drops tangents of tensors whose memory is gone. */
  private dropUnreachable(): void {
    for (const [id, { storage, tangent }] of this.entries) {
      if (!storage.isReleased) continue;
      tangent.dispose();
      this.entries.delete(id);
    }
    this.limit = this.entries.size + Math.max(FEW, SHARE * this.entries.size);
  }
}

/** True for tangents of this or of another copy of the package. */
export function isTangents(handler: Handler): handler is Tangents {
  return handler.name === "tangents";
}

/** The ops that a fused one stands for, run again with tangents along; of what they give only the tangents count. */
function pushThroughComposition(
  { inputs, attributes }: Call,
  row: AnyRow,
  names: readonly string[],
  tangents: Some,
): Some {
  const along = new Tangents();
  for (const name in tangents) along.set(inputs[name] as AnyTensor, tangents[name] as Tensor);
  try {
    const composed = withHandler(along, () => row.composition?.(inputs as Some, attributes as never)) as Tensor | Named;
    const found: Record<string, Tensor> = {};
    for (const name of names) {
      const result = isTensor(composed) ? composed : composed[name];
      const tangent = result && along.get(result);
      if (tangent !== undefined) found[name] = aliasOf(tangent);
    }
    return found;
  } finally {
    along.release();
  }
}
