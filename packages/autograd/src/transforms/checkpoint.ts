import {
  GradientError,
  isTensor,
  refusePromise,
  scope,
  type Shape,
  type Tensor,
  tensorsIn,
  withHandler,
} from "@unfoldjs/tensor-core";
import { unownedAlias } from "../gradient/gradients.ts";
import { RowGradient } from "../gradient/row-gradient.ts";
import { Holder } from "../repeat/holder.ts";
import { Repeatable } from "../repeat/repeatable.ts";
import { type Some, together } from "../row/row.ts";
import { backwardWithRows } from "../tape/backward.ts";
import { isReach, LaterReach, Reach } from "../tape/reach.ts";
import { below, innermostDerivation } from "../gradient/derivation.ts";
import { isTape, type Place, Tape, type TapeNode } from "../tape/tape.ts";
import { assertFunction } from "./function.ts";
import { sameShape } from "./tree.ts";

/**
 * `f` with less memory for its gradient: nothing that it makes on its way is kept, and when its gradient is taken it runs
 * again (Chen et al. 2016). Values and gradients have the same bits as without, with one exception: what a piece uses more
 * than once, and something outside of the piece uses too, such as a weight that several pieces share. The shares of a piece
 * are summed before they are added to the others, so that gradient may differ in its last bit. Where each piece uses a shared
 * weight once, the bits are the same. A deep net whose n blocks are each checkpointed keeps n inputs and the values of one
 * block, for one forward more.
 *
 * Gradients of gradients keep as little: for the tape around another, the way back is itself a piece that runs again. Their
 * sums are taken piece by piece there, and may differ from those without in the last bits. The gradient of `hvp` is the one
 * that takes more memory than without, since what goes forward in it is kept by every piece of the way back: of a net of
 * x + dropout(tanh(x W)) each block adds 12.6 activations to the most it takes, 8.7 without. Differentiate twice by `grad`
 * there (5.0 and 7.0 at the third order), or leave `checkpoint` out.
 *
 * Gradients reach the arguments and whatever else `f` uses, such as a model's parameters. The second run draws the random
 * numbers of the first, after which generators stand where they stood, and leaves buffers such as running statistics alone.
 * Forward mode keeps nothing anyway: there `f` runs once. A gradient taken of tangents keeps what it does without.
 *
 * @param f gives a tensor, or tensors in arrays and plain records; not async. It must do the same in both runs.
 * @throws ScopeError if `f` returns a promise; GradientError, when the gradient is taken, if what `f` used was overwritten
 * @example for (const block of blocks) x = checkpoint((at: Tensor) => block.forward(at))(x);
 */
export function checkpoint<Inputs extends unknown[], R>(f: (...inputs: Inputs) => R): (...inputs: Inputs) => R {
  assertFunction("checkpoint", f);
  return (...inputs) =>
    checkpointed(() =>
      scope(() => {
        const result = f(...inputs);
        refusePromise("checkpoint", result);
        return result;
      }),
    );
}

/**
 * Runs what each tape in force will run again, if it goes back: the innermost tape and those that follow on it, each of
 * which gets one node. With other derivations in between, such as tangents, the tapes below those see all.
 * @param first the run of now, with what stands in the place of tapes further in
 * @param holder keeps what `run` uses for as long as a tape may run it
 */
function checkpointed<R>(run: () => R, first: () => R = run, holder?: Holder): R {
  const frame = innermostDerivation();
  if (frame === undefined) return first();
  const { handler } = frame;
  if (!isReach(handler) && !isTape(handler)) return first();
  const again = (): R => withHandler(new LaterReach(handler), run);
  // What stands in a tape's place here keeps nothing by itself.
  if (isReach(handler)) return below(frame, () => checkpointed(again, () => withHandler(handler, first), holder));
  const reach = new Reach(handler);
  const work = new Repeatable();
  const letGo = holder?.hold();
  const kept = new Holder(() => {
    reach.release();
    work.release();
    letGo?.();
  });
  const release = kept.hold();
  try {
    const through = (): R => withHandler(reach, first);
    const result = below(frame, () => work.first(() => checkpointed(again, through, holder)));
    const outputs = madeOf(result, reach);
    if (outputs.length === 0) release();
    else {
      handler.append(nodeOf(outputs, reach, () => work.again("checkpoint", run), kept, release));
      for (const tensor of tensorsIn(result)) if (reach.isMade(tensor)) handler.watch(tensor);
    }
    return result;
  } catch (error) {
    release();
    throw error;
  }
}

/** The results that lead back to what the tape follows, each named by its place among the tensors of the result. */
function madeOf(result: unknown, reach: Reach): Place[] {
  const found = new Map<number, Place>();
  for (const [i, { id }] of [...tensorsIn(result)].entries()) {
    if (reach.isMade({ id }) && !found.has(id)) found.set(id, { name: String(i), id });
  }
  return [...found.values()];
}

/** What the tape keeps: which tensors go in and come out, and how to run once more. */
function nodeOf(
  outputs: readonly Place[],
  { sources }: Reach,
  again: () => unknown,
  kept: Holder,
  release: () => void,
): TapeNode {
  const names = Array.from(sources.keys(), String);
  return {
    op: "checkpoint",
    row: {
      kind: "custom",
      gradients: together(Object.fromEntries(names.map((name) => [name, []])), (dys: Some) =>
        pullOnce(again, [...sources.values()] as Tensor[], dys, kept),
      ),
    },
    outputs,
    isSingle: false,
    sources: Array.from(sources.keys(), (id) => ({ name: String(id), id })),
    facts: { attributes: undefined, shapes: Object.fromEntries(Array.from(sources, ([id, { shape }]) => [id, shape])) },
    saved: new Map(),
    release,
  };
}

/** The gradients of the sources by id: for tapes around, this way back is itself one node, and goes again when they do. */
function pullOnce(
  again: () => unknown,
  sources: readonly Tensor[],
  dys: Some,
  kept: Holder,
): Record<string, Tensor | RowGradient> {
  const frame = innermostDerivation();
  if (frame === undefined || !isTape(frame.handler)) return pullAgain(again, sources, dys);
  // What came in is gone when the tape that goes back now is done with this node.
  const incoming = Object.entries(dys).map(([place, dy]) => [place, unownedAlias(dy as Tensor)] as const);
  const letGo = kept.hold();
  const holder = new Holder(() => {
    for (const [, dy] of incoming) dy.dispose();
    letGo();
  });
  const release = holder.hold();
  try {
    const pull = (): Record<string, Tensor | Rows> => {
      const found = pullAgain(again, sources, Object.fromEntries(incoming));
      return Object.fromEntries(Object.entries(found).map(([id, gradient]) => [id, withoutClass(gradient)]));
    };
    const found = checkpointed(pull, pull, holder);
    return Object.fromEntries(Object.entries(found).map(([id, gradient]) => [id, withClass(gradient)]));
  } finally {
    release();
  }
}

/** The gradient of some rows, as a result whose tensors are seen. */
interface Rows {
  readonly indices: Tensor<Shape, "i32">;
  readonly values: Tensor;
  readonly shape: Shape;
}

function withoutClass(gradient: Tensor | RowGradient): Tensor | Rows {
  if (!(gradient instanceof RowGradient)) return gradient;
  const { indices, values, shape } = gradient;
  for (const tensor of [indices, values]) tensor.enterScope();
  return { indices, values, shape };
}

function withClass(gradient: Tensor | Rows): Tensor | RowGradient {
  return isTensor(gradient) ? gradient : new RowGradient(gradient, gradient.shape);
}

/** The gradients of the sources by id, from a run under a tape of its own. */
function pullAgain(again: () => unknown, sources: readonly Tensor[], dys: Some): Record<string, Tensor | RowGradient> {
  const tape = new Tape();
  for (const source of sources) tape.watch(source);
  try {
    const results = [...tensorsIn(withHandler(tape, again))];
    const seeds = new Map<number, Tensor>();
    for (const [place, dy] of Object.entries(dys)) seeds.set(resultAt(results, place, dy as Tensor).id, dy as Tensor);
    // Rows of a table stay rows; whether they may is for whoever takes the whole gradient.
    const found = backwardWithRows(tape, seeds, new Set(sources.map(({ id }) => id)), "alone");
    for (const gradient of found.values()) if (!(gradient instanceof RowGradient)) gradient.enterScope();
    return Object.fromEntries(found);
  } finally {
    tape.release();
  }
}

/** @throws GradientError if the second run gave something else than the first */
function resultAt<T extends { readonly shape: Shape }>(results: readonly T[], place: string, { shape }: Tensor): T {
  const result = results[Number(place)];
  if (result !== undefined && sameShape(result.shape, shape)) return result;
  throw new GradientError(
    "checkpoint",
    { result: place, "first run": shape, "second run": result?.shape },
    "the function gave something else when it ran again",
    "let it depend on nothing but its arguments and tensors that stay as they are",
  );
}
