import { assertFloat } from "../../dispatch/dtypes.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { DTypeError, IndexError, ShapeError } from "../../errors/index.ts";
import { heapI32 } from "../../runtime/heap.ts";
import { scope } from "../../tensor/scope.ts";
import { assertInRange } from "../gather/indices.ts";
import { assertApart } from "../optimise/apart.ts";

/** The operands as any call of the record may hand them over. */
export type WordOperands = { readonly [Name in "tokens" | "starts" | "input"]: AnyTensor } & {
  readonly [
    Name in "output" | "cumulative" | "nodes" | "pathStarts" | "paths" | "keep" | "subwordStarts" | "subwords" | "loss"
  ]?: AnyTensor | undefined;
};

/** How many words there are: each has a row of `output`, and all but one are a node's second branch. */
export function wordsOf({ output, nodes }: WordOperands): number {
  return output === undefined ? (nodes?.shape[0] ?? -1) + 1 : (output.shape[0] ?? 0);
}

/**
 * Checks that operands fit together, and that what points somewhere points at something.
 * @throws ShapeError, DTypeError, IndexError
 */
export function assertWords(op: string, operands: WordOperands): void {
  const { tokens, starts, input, output, nodes, loss, cumulative, pathStarts, paths, keep } = operands;
  const { subwordStarts, subwords } = operands;
  assertFloat(op, { input, output, nodes, loss });
  for (const [name, one] of Object.entries({ tokens, starts, cumulative, pathStarts, paths, keep, subwordStarts })) {
    if (one !== undefined) assertList(op, name, one);
  }
  if (subwords !== undefined) assertList(op, "subwords", subwords);
  assertTogether(op, "output", output, { cumulative });
  assertTogether(op, "nodes", nodes, { pathStarts, paths });
  assertTogether(op, "subwords", subwords, { subwordStarts });
  if (output === undefined && nodes === undefined) {
    throw new ShapeError(op, { input: input.shape }, "needs output, for negative sampling, or nodes, or both");
  }
  const [words, size] = [wordsOf(operands), input.shape[1]];
  for (const [name, table] of Object.entries({ input, output, nodes })) {
    if (table === undefined) continue;
    if (table.rank !== 2 || table.shape[1] !== size) {
      throw new ShapeError(op, { input: input.shape, [name]: table.shape }, "tables are (rows, size), all of one size");
    }
  }
  assertCount(op, "nodes", nodes, Math.max(words - 1, 0), 0);
  assertCount(op, "cumulative", cumulative, words);
  assertCount(op, "pathStarts", pathStarts, words + 1);
  assertCount(op, "keep", keep, words);
  assertCount(op, "subwordStarts", subwordStarts, words + 1);
  assertCount(op, "loss", loss, 2);
  if (subwords === undefined && (input.shape[0] ?? 0) < words) {
    throw new ShapeError(op, { input: input.shape, words }, "input needs a row for each word");
  }
  for (const [name, table] of Object.entries({ input, output, nodes, loss })) {
    if (table === undefined || table.isContiguous) continue;
    const { shape, strides } = table;
    throw new ShapeError(op, { [name]: shape, strides }, "what is updated must be contiguous");
  }
  assertApart(op, { input, output, nodes, loss }, {}, { sameElements: false });
  assertInRange(op, tokens, words);
  assertStarts(op, "starts", starts, tokens.size);
  if (paths !== undefined) {
    assertInRange(op, paths, 2 * Math.max(words - 1, 0));
    assertStarts(op, "pathStarts", pathStarts as AnyTensor, paths.size);
  }
  if (subwords !== undefined) {
    assertInRange(op, subwords, input.shape[0] ?? 0);
    assertStarts(op, "subwordStarts", subwordStarts as AnyTensor, subwords.size);
  }
  if (cumulative !== undefined) assertCumulative(op, cumulative);
}

function assertList(op: string, name: string, list: AnyTensor): void {
  if (list.dtype !== "i32") {
    throw new DTypeError(op, { [name]: list.shape, dtype: list.dtype }, `${name} must be i32`, `${name}.to("i32")`);
  }
  if (list.rank !== 1) throw new ShapeError(op, { [name]: list.shape }, `${name} must be a list: of one axis`);
}

/** @throws ShapeError if some are there and others not */
function assertTogether(
  op: string,
  name: string,
  one: AnyTensor | undefined,
  others: Readonly<Record<string, AnyTensor | undefined>>,
): void {
  for (const other in others) {
    if ((one === undefined) === (others[other] === undefined)) continue;
    const [there, missing] = one === undefined ? [other, name] : [name, other];
    throw new ShapeError(op, { [there]: (one ?? others[other])?.shape }, `${there} needs ${missing}`);
  }
}

function assertCount(op: string, name: string, one: AnyTensor | undefined, count: number, axis?: 0): void {
  if (one === undefined || (axis === undefined ? one.size : one.shape[axis]) === count) return;
  const rule = name === "loss" ? "loss must have two elements" : `${name} must have ${count} elements, by the words`;
  throw new ShapeError(op, { [name]: one.shape }, axis === undefined ? rule : `${name} must have ${count} rows`);
}

/** Looks at where things begin. @throws IndexError unless they go from 0 to `end` and never back */
function assertStarts(op: string, name: string, starts: AnyTensor, end: number): void {
  scope(() => {
    const dense = starts.contiguous();
    const [heap, at] = [heapI32(), dense.address / 4];
    let before = 0;
    for (let i = 0; i < dense.size; i++) {
      const start = heap[at + i] as number;
      if (i === 0 ? start !== 0 : start < before || start > end) {
        throw new IndexError(op, { position: i, value: start, before }, `${name} must ascend from 0 to ${end}`);
      }
      before = start;
    }
    if (dense.size > 0 && before === end) return;
    throw new IndexError(op, { last: before, [name]: starts.shape }, `${name} must ascend from 0 to ${end}`);
  });
}

/** @throws IndexError unless something can be drawn: the last number is how many there are */
function assertCumulative(op: string, cumulative: AnyTensor): void {
  if (cumulative.size === 0) return;
  scope(() => {
    const dense = cumulative.contiguous();
    const [heap, at] = [heapI32(), dense.address / 4];
    let before = 0;
    for (let i = 0; i < dense.size; i++) {
      const value = heap[at + i] as number;
      if (value < before) throw new IndexError(op, { position: i, value, before }, "cumulative must ascend from 0 up");
      before = value;
    }
    if (before > 0) return;
    throw new IndexError(op, { last: before }, "cumulative must end above 0, or no word could be drawn");
  });
}
