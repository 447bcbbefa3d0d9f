import {
  GradientError,
  refusePromise,
  scope,
  type Shape,
  type Tensor,
  tensorsIn,
  withHandler,
} from "@unfoldjs/tensor-core";
import { RowGradient } from "../gradient/row-gradient.ts";
import { Repeatable } from "../repeat/repeatable.ts";
import { type Some, together } from "../row/row.ts";
import { backwardWithRows } from "../tape/backward.ts";
import { Reach } from "../tape/reach.ts";
import { below, innermostDerivation } from "../gradient/derivation.ts";
import { isTape, type Place, Tape, type TapeNode } from "../tape/tape.ts";
import { assertFunction } from "./function.ts";
import { sameShape } from "./tree.ts";

/**
 * `f` with less memory for its gradient: nothing that it makes on its way is kept, and when its gradient is taken it runs
 * again (Chen et al. 2016). Values and gradients have the same bits as without. A deep net whose n blocks are each
 * checkpointed keeps n inputs and the values of one block, for one forward more.
 *
 * Gradients reach the arguments and whatever else `f` uses, such as a model's parameters. The second run draws the random
 * numbers of the first, after which generators stand where they stood, and leaves buffers such as running statistics alone.
 * Forward mode keeps nothing anyway: there `f` runs once.
 *
 * @param f gives a tensor, or tensors in arrays and plain records; not async. It must do the same in both runs.
 * @throws ScopeError if `f` returns a promise; GradientError, when the gradient is taken, if what `f` used was overwritten
 * @example for (const block of blocks) x = checkpoint((at: Tensor) => block.forward(at))(x);
 */
export function checkpoint<Inputs extends unknown[], R>(f: (...inputs: Inputs) => R): (...inputs: Inputs) => R {
  assertFunction("checkpoint", f);
  return (...inputs) => {
    const run = (): R =>
      scope(() => {
        const result = f(...inputs);
        refusePromise("checkpoint", result);
        return result;
      });
    const frame = innermostDerivation();
    if (frame === undefined || !isTape(frame.handler)) return run();
    const reach = new Reach(frame.handler);
    const work = new Repeatable();
    const release = (): void => {
      reach.release();
      work.release();
    };
    try {
      const result = below(frame, () => work.first(() => withHandler(reach, run)));
      const outputs = madeOf(result, reach);
      if (outputs.length === 0) release();
      else {
        frame.handler.append(nodeOf(outputs, reach, () => work.again("checkpoint", run), release));
        for (const tensor of tensorsIn(result)) if (reach.isMade(tensor)) frame.handler.watch(tensor);
      }
      return result;
    } catch (error) {
      release();
      throw error;
    }
  };
}

/** The results that lead back to what the tape follows, each named by its place among the tensors of the result. */
function madeOf(result: unknown, reach: Reach): Place[] {
  return Array.from(tensorsIn(result)).flatMap(({ id }, i) => (reach.isMade({ id }) ? [{ name: String(i), id }] : []));
}

/** What the tape keeps: which tensors go in and come out, and how to run once more. */
function nodeOf(outputs: readonly Place[], { sources }: Reach, again: () => unknown, release: () => void): TapeNode {
  const names = Array.from(sources.keys(), String);
  return {
    op: "checkpoint",
    row: {
      kind: "custom",
      gradients: together(Object.fromEntries(names.map((name) => [name, []])), (dys: Some) =>
        pullAgain(again, [...sources.values()] as Tensor[], dys),
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
