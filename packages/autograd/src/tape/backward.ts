import { aliasOf, capture, type Shape, sumTo, type Tensor, unowned, withHandler } from "@unfoldjs/tensor-core";
import { type Pull, pullFor } from "../rules/rule.ts";
import { outerTapes } from "./stack.ts";
import { releaseNode, Tape, type TapeNode } from "./tape.ts";

/** Gradients by tensor id, while they are being gathered. */
export type Gradients = Map<number, Tensor>;

/** What a node gives to one of its sources. */
type Pulled = [id: number, shape: Shape, gradient: Tensor];

/**
 * Walks the tape backwards from `output`, whose gradient is `seed`, and gathers the gradient of every tensor in
 * `wanted`. What a node saved is let go as soon as the node is done. The caller owns the answers.
 */
export function backward(tape: Tape, output: number, seed: Tensor, wanted: ReadonlySet<number>): Gradients {
  const gradients: Gradients = new Map([[output, unownedAlias(seed)]]);
  try {
    for (let at = tape.nodes.length - 1; at >= 0; at--) {
      const node = tape.nodes[at] as TapeNode;
      const dy = gradients.get(node.output);
      if (dy !== undefined) {
        for (const [id, gradient] of pullNode(node, dy)) accumulate(gradients, id, gradient);
        if (!wanted.has(node.output) && gradients.delete(node.output)) dy.dispose();
      }
      releaseNode(node);
    }
  } catch (error) {
    for (const gradient of gradients.values()) gradient.dispose();
    throw error;
  }
  for (const [id, gradient] of gradients) {
    if (wanted.has(id)) continue;
    gradient.dispose();
    gradients.delete(id);
  }
  return gradients;
}

/** The gradients of a node's sources, owned by the caller. */
function pullNode(node: TapeNode, dy: Tensor): [id: number, gradient: Tensor][] {
  const { result, made } = capture(() => {
    const isComposed = node.row.kind === "fused" && outerTapes() > 0;
    const pulled = isComposed ? pullThroughComposition(node, dy) : pullEach(node, dy);
    return pulled.map(([id, shape, gradient]): [number, Tensor] => [id, sumTo(gradient, shape)]);
  });
  const rest = new Set(made);
  // An answer that is dy itself, a saved value, or another answer belongs to somebody else.
  const owned = result.map(([id, answer]): [number, Tensor] => [
    id,
    rest.delete(answer) ? answer : unownedAlias(answer),
  ]);
  for (const handle of rest) if (handle.endsWithScope) handle.dispose();
  return owned;
}

function unownedAlias(tensor: Tensor): Tensor {
  return unowned(() => aliasOf(tensor));
}

function pullEach(node: TapeNode, dy: Tensor): Pulled[] {
  const saved = openSaved(node);
  return node.sources.map(({ name, id }) => {
    const { pull } = pullFor(node.row, name) as Pull<string, unknown>;
    return [id, node.facts.shapes[name] ?? [], pull(dy, saved, node.facts)];
  });
}

function accumulate(gradients: Gradients, id: number, gradient: Tensor): void {
  const present = gradients.get(id);
  if (present === undefined) {
    gradients.set(id, gradient);
    return;
  }
  gradients.set(
    id,
    unowned(() => present.add(gradient)),
  );
  present.dispose();
  gradient.dispose();
}

/**
 * The gradients of a fused op by way of the ops it stands for: its composition is traced again from the saved inputs, so
 * that the tapes outside see differentiable steps and not a gradient kernel.
 */
function pullThroughComposition(node: TapeNode, dy: Tensor): Pulled[] {
  const inputs = openSaved(node);
  // One tensor may be several of the inputs: its gradient is that of all of them.
  const sources = new Map(node.sources.map(({ name, id }) => [id, name]));
  const tape = new Tape();
  for (const name of sources.values()) tape.watch(inputs[name] as Tensor);
  try {
    const output = withHandler(tape, () => node.row.composition?.(inputs, node.facts.attributes as never) as Tensor);
    const gradients = backward(tape, output.id, dy, new Set(sources.keys()));
    return Array.from(gradients, ([id, gradient]): Pulled => {
      gradient.enterScope();
      return [id, node.facts.shapes[sources.get(id) ?? ""] ?? [], gradient];
    });
  } finally {
    tape.release();
  }
}

function openSaved(node: TapeNode): Record<string, Tensor> {
  const values: Record<string, Tensor> = {};
  for (const [name, saved] of node.saved) values[name] = saved.open(node.op, name);
  return values;
}
