import { capture, isFollowed, isTensor, type Shape, sumTo, type Tensor, withHandler } from "@unfoldjs/tensor-core";
import { type Named, pullFor, sharedOf, type Some } from "../row/row.ts";
import { Gradients, type RowsWanted, unownedAlias } from "../gradient/gradients.ts";
import { RowGradient } from "../gradient/row-gradient.ts";
import { isDerivedFurther } from "../gradient/derivation.ts";
import { releaseNode, Tape, type TapeNode } from "./tape.ts";

/** What a node gives to one of its sources. */
type Pulled = [id: number, shape: Shape, gradient: Tensor | RowGradient];

/**
 * Walks the tape backwards from the results whose gradients are in `seeds`, by their ids, and gathers the gradient of
 * every tensor in `wanted`. What a node saved is let go as soon as the node is done. The caller owns the answers.
 * @param options `keepsTape` for a tape that will be walked again
 */
export function backward(
  tape: Tape,
  seeds: ReadonlyMap<number, Tensor>,
  wanted: ReadonlySet<number>,
  { keepsTape = false }: { readonly keepsTape?: boolean } = {},
): ReadonlyMap<number, Tensor> {
  return gather(tape, seeds, wanted, { rows: "never", keepsTape }) as ReadonlyMap<number, Tensor>;
}

/** As `backward`, but the gradient of a table whose rows were looked up with `sparse` may be rows. */
export function backwardWithRows(
  tape: Tape,
  seeds: ReadonlyMap<number, Tensor>,
  wanted: ReadonlySet<number>,
  rows: RowsWanted = "alone",
): ReadonlyMap<number, Tensor | RowGradient> {
  return gather(tape, seeds, wanted, { rows, keepsTape: false });
}

function gather(
  tape: Tape,
  seeds: ReadonlyMap<number, Tensor>,
  wanted: ReadonlySet<number>,
  { rows, keepsTape }: { readonly rows: RowsWanted; readonly keepsTape: boolean },
): ReadonlyMap<number, Tensor | RowGradient> {
  const gradients = new Gradients();
  try {
    for (const [id, seed] of seeds) {
      tape.assertSameCore(seed);
      gradients.add(id, unownedAlias(seed));
    }
    for (let at = tape.nodes.length - 1; at >= 0; at--) {
      const node = tape.nodes[at] as TapeNode;
      const dys = gradientsOf(node, gradients);
      if (dys !== undefined) {
        pullNode(node, dys, gradients);
        for (const { id } of node.outputs) if (!wanted.has(id)) gradients.drop(id);
      }
      if (!keepsTape) releaseNode(node);
    }
    return gradients.handOver(wanted, rows);
  } catch (error) {
    gradients.dispose();
    throw error;
  }
}

/** The gradients of a node's results by name; undefined if none has one. */
function gradientsOf(node: TapeNode, gradients: Gradients): Some | undefined {
  let dys: Record<string, Tensor> | undefined;
  for (const { name, id } of node.outputs) {
    const dy = gradients.get(id);
    if (dy !== undefined) (dys ??= {})[name] = dy;
  }
  return dys;
}

/** Adds a node's gradients to those of its sources. */
function pullNode(node: TapeNode, dys: Some, gradients: Gradients): void {
  const { result, made } = capture(() => {
    const pulled = isTakenApart(node, dys) ? pullThroughComposition(node, dys) : pull(node, dys, gradients);
    return pulled.map(([id, shape, gradient]): [number, Tensor | RowGradient] => [
      id,
      gradient instanceof RowGradient ? gradient : sumTo(gradient, shape),
    ]);
  });
  const rest = new Set(made);
  for (const [i, [id, answer]] of result.entries()) {
    if (answer instanceof RowGradient) {
      gradients.addRows(id, answer);
      continue;
    }
    // A kernel that added to the sum answers that very sum.
    if (gradients.isSum(id, answer)) continue;
    // An answer that is dy itself, a saved value, or another answer belongs to somebody else: one that several get, to the
    // last of them, since a sum lets go of what was added to it.
    const isOwn = !isAnsweredAfter(result, i) && rest.delete(answer);
    gradients.add(id, isOwn ? answer : unownedAlias(answer));
  }
  for (const handle of rest) if (handle.endsWithScope) handle.dispose();
}

/** Whether the answer at `i` is given to another input too, further on. */
function isAnsweredAfter(result: readonly (readonly [number, Tensor | RowGradient])[], i: number): boolean {
  const answer = result[i]?.[1];
  for (let later = i + 1; later < result.length; later++) if (result[later]?.[1] === answer) return true;
  return false;
}

/**
 * Whether a fused op goes by the ops it stands for: where somebody derives further from one of its inputs or from the
 * incoming gradient, and where a gradient comes in for a result that its kernel does not cover.
 */
function isTakenApart({ row, saved, facts }: TapeNode, dys: Some): boolean {
  if (row.kind !== "fused") return false;
  const { covers } = row;
  if (covers !== undefined && Object.keys(dys).some((name) => !covers.includes(name))) return true;
  if (!isDerivedFurther()) return false;
  for (const name in dys) if (isFollowed(dys[name] as Tensor)) return true;
  for (const [name, value] of saved) if (name in facts.shapes && value.isFollowed()) return true;
  return false;
}

function pull(node: TapeNode, dys: Some, gradients: Gradients): Pulled[] {
  const { row, sources, facts } = node;
  const dy = (node.isSingle ? dys["y"] : dys) as never;
  const saved = openSaved(node);
  const shared = sharedOf(row);
  if (shared === undefined) {
    return sources.map(({ name, id }) => {
      const gradient = (pullFor(row, name) as NonNullable<ReturnType<typeof pullFor>>).pull(dy, saved, facts as never);
      return [id, facts.shapes[name] ?? [], gradient];
    });
  }
  const wanted: Record<string, { into: Tensor | undefined }> = {};
  for (const { name, id } of sources) {
    const isOnce = sources.every((other) => other.name === name || other.id !== id);
    wanted[name] = { into: isOnce ? gradients.own(id, facts.shapes[name] ?? []) : undefined };
  }
  const answers = shared.pull(dy, saved, facts as never, wanted);
  return sources.flatMap(({ name, id }): Pulled[] => {
    const gradient = answers[name];
    return gradient === undefined ? [] : [[id, facts.shapes[name] ?? [], gradient]];
  });
}

/**
 * The gradients of a fused op by way of the ops it stands for: its composition is traced again from the saved inputs, so
 * that whoever derives further sees differentiable steps and not a gradient kernel.
 */
function pullThroughComposition(node: TapeNode, dys: Some): Pulled[] {
  const inputs: Record<string, Tensor> = {};
  for (const [name, value] of node.saved) if (name in node.facts.shapes) inputs[name] = value.open(node.op, name);
  // One tensor may be several of the inputs: its gradient is that of all of them.
  const sources = new Map(node.sources.map(({ name, id }) => [id, name]));
  const tape = new Tape();
  for (const name of sources.values()) tape.watch(inputs[name] as Tensor);
  try {
    const composed = withHandler(
      tape,
      () => node.row.composition?.(inputs, node.facts.attributes as never) as Tensor | Named,
    );
    const seeds = new Map<number, Tensor>();
    for (const name in dys) {
      const result = isTensor(composed) ? composed : composed[name];
      if (result !== undefined) seeds.set(result.id, dys[name] as Tensor);
    }
    const gradients = backward(tape, seeds, new Set(sources.keys()));
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
