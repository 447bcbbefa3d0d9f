import {
  type AnyTensor,
  type Call,
  DisposedError,
  type Handler,
  type Results,
  type Shape,
} from "@unfoldjs/tensor-core";
import { differentiableResults, isFloat, request, rowOf, savesFor } from "../rules/differentiable.ts";
import type { AnyRow, CallFacts } from "../row/row.ts";
import { Saved } from "./saved.ts";
import { isDerivedFurther } from "../gradient/derivation.ts";
import { overwritten } from "../gradient/overwritten.ts";
import { Writes } from "../writes/writes.ts";

/** A tensor of a call by its name there. */
export interface Place {
  readonly name: string;
  readonly id: number;
}

/** One call on the tape: what came out, from which watched tensors, and what its gradient needs. */
export interface TapeNode {
  readonly op: string;
  readonly row: AnyRow;
  /** The results that a gradient can come back through. */
  readonly outputs: readonly Place[];
  /** True if the result has no name to its gradient function: it is the only one. */
  readonly isSingle: boolean;
  /** The inputs that lead back to a watched tensor. */
  readonly sources: readonly Place[];
  readonly facts: CallFacts<unknown>;
  readonly saved: ReadonlyMap<string, Saved>;
  /** Lets go of anything else that lives as long as the tape. */
  release?(): void;
}

/**
 * Records what leads from the watched tensors to a result. It exists only while a gradient is being taken; tensors
 * themselves know nothing of it.
 */
export class Tape implements Handler {
  readonly name = "tape";
  readonly nodes: TapeNode[] = [];
  readonly writes: Writes = new Writes();
  /** Ids of tensors that depend on a watched one, and the version of their storage that does. */
  private readonly tracked = new Map<number, number>();
  /** Of the core that holds what is watched. */
  private era: number | undefined;

  watch({ id, storage }: Pick<AnyTensor, "id" | "storage">): void {
    this.tracked.set(id, storage.version);
    this.era ??= storage.era;
  }

  /**
   * What was saved is refused when it is opened; a gradient that takes nothing saved would go on without it.
   * @throws DisposedError if `seed` is of another core than what was recorded
   */
  assertSameCore({ shape, storage }: Pick<AnyTensor, "shape" | "storage">): void {
    if (storage.era === (this.era ?? storage.era)) return;
    throw new DisposedError(
      "backward",
      { result: shape },
      "what was recorded before runtime.restart() is gone with the core that held it",
      "run the function again on tensors made after runtime.restart()",
    );
  }

  follows(tensor: AnyTensor): boolean {
    return this.tracked.has(tensor.id);
  }

  /** As `follows`, for a tensor that is used. @throws GradientError if it was overwritten since it was followed */
  leadsTo(tensor: AnyTensor, op: string): boolean {
    const version = this.tracked.get(tensor.id);
    if (version === undefined) return false;
    if (version === tensor.storage.version) return true;
    throw overwritten(op, "gradient", tensor);
  }

  /**
   * As `leadsTo`, for the result of what was recorded.
   * @throws GradientError also if an update on the way to it wrote what is followed
   */
  endsIn(result: AnyTensor, op: string): boolean {
    this.writes.refuse(result, op);
    return this.leadsTo(result, op);
  }

  handle(call: Call, next: () => Results): Results {
    const results = call.op.kind === "update" ? next() : this.record(call, next);
    this.writes.note(call, results, this);
    return results;
  }

  private record(call: Call, next: () => Results): Results {
    const sources = this.sourcesOf(call);
    if (sources.length === 0) return next();
    const { op, attributes, inputs } = call;
    const names = differentiableResults(call);
    if (names.length === 0) return next();
    const row = rowOf(call, next);
    const saves = sources.flatMap(({ name }) => savesFor(call, row, name, next));
    request(call, saves);
    const results = next();
    const outputs: Place[] = [];
    for (const name of names) {
      const result = results[name];
      if (result === undefined || !isFloat(result)) continue;
      outputs.push({ name, id: result.id });
      this.watch(result);
    }
    // Indices and truth values lead nowhere.
    if (outputs.length === 0) return results;
    this.append({
      op: op.name,
      row,
      outputs,
      isSingle: op.kind === "view" || (op.kind === "kernel" && op.isSingle),
      sources,
      facts: { attributes, shapes: shapesOf(inputs) },
      saved: save(call, results, saves, mayBeComposed(row, names)),
    });
    return results;
  }

  /** Adds a node whose results are watched. */
  append(node: TapeNode): void {
    this.nodes.push(node);
  }

  /** Lets go of everything that is still saved. */
  release(): void {
    for (const node of this.nodes) releaseNode(node);
    this.nodes.length = 0;
  }

  private sourcesOf({ op, inputs }: Call): readonly Place[] {
    let sources: Place[] | undefined;
    for (const name in inputs) {
      const input = inputs[name];
      if (input !== undefined && this.leadsTo(input, op.name)) (sources ??= []).push({ name, id: input.id });
    }
    return sources ?? NONE;
  }
}

const NONE: readonly Place[] = [];

/** True for a tape of this or of another copy of the package. */
export function isTape(handler: Handler): handler is Tape {
  return handler.name === "tape";
}

/** Lets go of what a node saved; a second call does nothing. */
export function releaseNode(node: TapeNode): void {
  for (const value of node.saved.values()) value.release();
  node.release?.();
}

/**
 * A fused op is taken apart where its gradient is itself derived from, or a result is followed that its kernel does not
 * cover; that takes all of its inputs.
 */
function mayBeComposed({ kind, covers }: AnyRow, names: readonly string[]): boolean {
  return (
    kind === "fused" && (isDerivedFurther() || (covers !== undefined && names.some((name) => !covers.includes(name))))
  );
}

function save(call: Call, results: Results, names: readonly string[], withInputs: boolean): Map<string, Saved> {
  const saved = new Map<string, Saved>();
  const keep = (name: string): void => {
    // An op with an input called "y", such as a gradient kernel, means that one.
    const value = call.inputs[name] ?? results[name];
    if (value !== undefined && !saved.has(name)) saved.set(name, new Saved(value));
  };
  names.forEach(keep);
  if (withInputs) Object.keys(call.inputs).forEach(keep);
  return saved;
}

function shapesOf(inputs: Call["inputs"]): Record<string, Shape> {
  const shapes: Record<string, Shape> = {};
  for (const name in inputs) {
    const input = inputs[name];
    if (input !== undefined) shapes[name] = input.shape;
  }
  return shapes;
}
