import { crossEntropy, type Handler, tensor, type Tensor, topk, withHandler } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { type Some, together } from "../row/row.ts";
import { grad } from "../transforms/grad.ts";
import { jvp } from "../transforms/jvp.ts";
import { backward } from "./backward.ts";
import { Tape } from "./tape.ts";

const labels = tensor([1, 0], "i32").keep();
const logits = tensor([
  [0.5, -1, 2],
  [1, 1, 0],
]).keep();
/** What the gradient by the logits is projected on, in `mixed`. */
const weights = tensor([
  [1, 2, -1],
  [0.5, -2, 3],
]).keep();

const loss = (x: Tensor): Tensor => crossEntropy(x, labels);

/** The ops that run while `f` does. */
function opsOf(f: () => unknown): readonly string[] {
  const names: string[] = [];
  const spy: Handler = { name: "spy", handle: (call, next) => (names.push(call.op.name), next()) };
  withHandler(spy, f);
  return names;
}

/** Which way the gradient of cross-entropy went: by its kernel, or by the ops it stands for. */
function wayOf(f: () => unknown): string {
  const ops = opsOf(f);
  const ways = { kernel: "crossEntropyGradient", composition: "logSoftmax" };
  return Object.entries(ways)
    .flatMap(([way, op]) => (ops.includes(op) ? [way] : []))
    .join(" and ");
}

/** Σ w · ∇ₓ Σᵢ aᵢ · crossEntropyᵢ(x), as a function of a. */
function mixed(a: Tensor): Tensor {
  return grad((x: Tensor) => crossEntropy(x, labels, { reduction: "none" }).mul(a).sum())(logits)
    .mul(weights)
    .sum();
}

/** Σⱼ wᵢⱼ (pᵢⱼ − qᵢⱼ), where p is the softmax of the logits and q is 1 at the label. */
function mixedDerivative(): number[] {
  return [
    [0.5, -1, 2],
    [1, 1, 0],
  ].map((row, i) => {
    const powers = row.map(Math.exp);
    const sum = powers.reduce((all, power) => all + power, 0);
    const by = [
      [1, 2, -1],
      [0.5, -2, 3],
    ][i] as number[];
    return row.reduce(
      (all, _, j) => all + (by[j] as number) * ((powers[j] as number) / sum - (j === [1, 0][i] ? 1 : 0)),
      0,
    );
  });
}

describe("a fused gradient stays one kernel", () => {
  test.each([
    ["alone", () => grad(loss)(logits)],
    [
      "under a gradient that follows something else",
      () => grad((y: Tensor) => y.mul(2).add(grad(loss)(logits).sum()).sum())(tensor(1)),
    ],
    [
      "under tangents of something else",
      () => jvp((y: Tensor) => y.mul(2).add(grad(loss)(logits).sum()), tensor(1), tensor(1)),
    ],
  ] as const)("%s", (_, act) => inBalance(() => expect(wayOf(act)).toBe("kernel"))());
});

describe("a fused gradient is taken apart", () => {
  test.each([
    ["under a gradient that follows its input", () => grad((x: Tensor) => grad(loss)(x).mul(weights).sum())(logits)],
    ["under a gradient that follows the incoming gradient", () => grad(mixed)(tensor([1, 1]))],
    ["under tangents of its input", () => jvp((x: Tensor) => grad(loss)(x), logits, weights)],
    ["under tangents of the incoming gradient", () => jvp(mixed, tensor([1, 1]), tensor([1, 1]))],
  ] as const)("%s", (_, act) => inBalance(() => expect(wayOf(act)).toBe("composition"))());
});

describe("∂/∂a of ∇ₓ Σ a · crossEntropy(x) is what calculus says", () => {
  const [first, second] = mixedDerivative() as [number, number];

  test(
    "in reverse",
    inBalance(() => {
      const found = grad(mixed)(tensor([0.3, -2])).data();
      expect(found[0]).toBeCloseTo(first, 5);
      expect(found[1]).toBeCloseTo(second, 5);
    }),
  );

  test(
    "forward",
    inBalance(() => {
      expect(jvp(mixed, tensor([0.3, -2]), tensor([1, 10])).tangent.item()).toBeCloseTo(first + 10 * second, 4);
    }),
  );
});

describe("a result that nothing depends on", () => {
  test(
    "gives its op an absent gradient, not zeros",
    inBalance(() => {
      const tape = new Tape();
      const [x, used, unused] = [tensor([1]), tensor([2]), tensor([3])];
      let came: readonly string[] = [];
      tape.watch(x);
      tape.append({
        op: "two results",
        row: {
          kind: "custom",
          gradients: together({ x: [] }, (dys: Some) => {
            came = Object.keys(dys);
            return { x: dys["used"] as Tensor };
          }),
        },
        outputs: [
          { name: "used", id: used.id },
          { name: "unused", id: unused.id },
        ],
        isSingle: false,
        sources: [{ name: "x", id: x.id }],
        facts: { attributes: undefined, shapes: { x: [1] } },
        saved: new Map(),
      });
      const gradients = backward(tape, new Map([[used.id, tensor([7])]]), new Set([x.id]));
      expect([came, gradients.get(x.id)?.item()]).toEqual([["used"], 7]);
      for (const gradient of gradients.values()) gradient.dispose();
    }),
  );

  test(
    "costs nothing where it is discrete: indices alone need no gradient",
    inBalance(() => {
      const ops = opsOf(() => grad((x: Tensor) => x.gather(1, topk(x, 1).indices).sum())(logits));
      expect(ops).toContain("sort");
      // The one scatter is the gather's.
      expect(ops.filter((op) => op === "scatterAdd").length).toBe(1);
    }),
  );
});
