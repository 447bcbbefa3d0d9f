import { type AnyTensor, type Call, GradientError, type Handler, type Shape } from "@unfoldjs/tensor-core";
import { type AnyRow, type CallFacts, type Pull, pullFor } from "../rules/rule.ts";
import { rowFor } from "../rules/index.ts";
import { Saved } from "./saved.ts";
import { outerTapes } from "./stack.ts";

/** One call on the tape: what came out, from which watched tensors, and what its gradient needs. */
export interface TapeNode {
  readonly op: string;
  readonly row: AnyRow;
  readonly output: number;
  /** The inputs that lead back to a watched tensor, by name, with their tensor ids. */
  readonly sources: readonly { readonly name: string; readonly id: number }[];
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
  /** Ids of tensors that depend on a watched one. */
  private readonly tracked = new Set<number>();

  watch(tensor: AnyTensor): void {
    this.tracked.add(tensor.id);
  }

  isTracked(tensor: AnyTensor): boolean {
    return this.tracked.has(tensor.id);
  }

  handle(call: Call, next: () => AnyTensor): AnyTensor {
    const sources = call.op.differentiable ? this.sourcesOf(call) : NONE;
    if (sources.length === 0) return next();
    const row = rowFor(call.op.name);
    const pulls = sources.map(({ name }) => pullOf(call, row, name));
    call.wantsResiduals = true;
    const output = next();
    this.append({
      op: call.op.name,
      row,
      output: output.id,
      sources,
      facts: { attributes: call.attributes, shapes: shapesOf(call.inputs) },
      saved: save(call, output, row, pulls),
    });
    return output;
  }

  /** Adds a node whose result is thereby tracked. */
  append(node: TapeNode): void {
    this.tracked.add(node.output);
    this.nodes.push(node);
  }

  /** Lets go of everything that is still saved. */
  release(): void {
    for (const node of this.nodes) releaseNode(node);
    this.nodes.length = 0;
  }

  private sourcesOf(call: Call): { name: string; id: number }[] {
    const sources = [];
    for (const name in call.inputs) {
      const input = call.inputs[name];
      if (input !== undefined && this.tracked.has(input.id)) sources.push({ name, id: input.id });
    }
    return sources;
  }
}

/** Lets go of what a node saved; a second call does nothing. */
export function releaseNode(node: TapeNode): void {
  for (const value of node.saved.values()) value.release();
  node.release?.();
}

/** @throws GradientError if the op has no gradient with respect to that input, such as a loss to its class weights */
function pullOf(call: Call, row: AnyRow, name: string): Pull<string, never> {
  const pull = pullFor(row, name);
  if (pull !== undefined) return pull;
  throw new GradientError(
    call.op.name,
    { input: name, shape: call.inputs[name]?.shape },
    `there is no gradient of ${call.op.name} with respect to "${name}"`,
    `pass a constant: noGrad(() => ${name}.clone())`,
  );
}

const NONE: { name: string; id: number }[] = [];

function save(call: Call, output: AnyTensor, row: AnyRow, pulls: readonly Pull<string, never>[]): Map<string, Saved> {
  const saved = new Map<string, Saved>();
  const keep = (name: string): void => {
    // An op with an input called "y", such as a gradient kernel, means that one.
    const value = call.inputs[name] ?? call.residuals?.[name] ?? (name === "y" ? output : undefined);
    if (value !== undefined && !saved.has(name)) saved.set(name, new Saved(value));
  };
  for (const pull of pulls) pull.saves.forEach(keep);
  // The composition is traced again where the gradient is itself being differentiated: that takes all the inputs.
  if (row.kind === "fused" && outerTapes() > 0) Object.keys(call.inputs).forEach(keep);
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
