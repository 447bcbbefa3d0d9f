import {
  apply,
  type AnyTensor,
  defineOp,
  DisposedError,
  memory,
  ones,
  runtime,
  RuntimeError,
  scope,
  tensor,
  type Tensor,
  withHandler,
} from "@unfoldjs/tensor-core";
import { beforeEach, describe, expect, test } from "vitest";
import { RowGradient } from "../gradient/row-gradient.ts";
import { checkpoint } from "../transforms/checkpoint.ts";
import { customGrad } from "../transforms/custom-grad.ts";
import { grad } from "../transforms/grad.ts";
import { hvp } from "../transforms/hvp.ts";
import { jacobian } from "../transforms/jacobian.ts";
import { jvp } from "../transforms/jvp.ts";
import { vjp } from "../transforms/vjp.ts";
import { Tangents } from "../tangents/tangents.ts";
import { backward } from "./backward.ts";
import { Tape } from "./tape.ts";

const wild = defineOp("wild", ["x"], {
  shape: ({ x }) => x.shape,
  run: () => {
    throw new WebAssembly.RuntimeError("planted"); // what the engine throws at a trap
  },
});

/** Stops the core, as a kernel that traps does. */
function trap(): void {
  expect(() => apply(wild, { x: tensor([1]) }, undefined)).toThrow(/the core trapped/);
}

function restarted(): void {
  trap();
  expect(runtime.restart()).toBe(true);
}

/** The error of an old tensor, of what was recorded of it, or of a core that has stopped. */
function refusal(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return "nothing was thrown";
}

function live(): Record<"tensors" | "storages" | "bytes", number> {
  const { tensors, storages, bytes } = memory();
  return { tensors, storages, bytes };
}

const OLD = /before runtime\.restart\(\)/;

beforeEach(restarted);

describe("what was recorded before a restart is refused after it", () => {
  const steps: readonly [string, (x: Tensor) => Tensor][] = [
    ["saves inputs", (x) => x.mul(x).sum()],
    ["saves results", (x) => x.exp().sum()],
    ["saves nothing", (x) => x.add(x).sum()],
    ["is checkpointed", (x) => checkpoint((at: Tensor) => at.sin().mul(at))(x).sum()],
    [
      "has a gradient of its own",
      (x) => customGrad((at) => ({ value: at.square(), pullback: (dy) => [dy.mul(at)] }))(x).sum(),
    ],
    ["is fused", (x) => x.reshape([1, 3]).logSoftmax().sum()],
  ];

  test.each(steps)("by a tape, where it %s", (_, f) => {
    const x = tensor([1, 2, 3]);
    const tape = new Tape();
    tape.watch(x);
    const y = withHandler(tape, () => f(x));
    restarted();
    const seeds = new Map([[y.id, ones([])]]);
    const before = live();
    for (let round = 0; round < 2; round++) {
      const error = refusal(() => backward(tape, seeds, new Set([x.id])));
      expect(error).toBeInstanceOf(DisposedError);
      expect(String(error)).toMatch(OLD);
    }
    // The old result as its own gradient's seed is refused no less.
    expect(refusal(() => backward(tape, new Map([[y.id, y]]), new Set([x.id])))).toBeInstanceOf(DisposedError);
    expect(() => tape.release()).not.toThrow();
    expect(live()).toEqual(before);
  });

  test("by tangents", () => {
    const x = tensor([1, 2, 3]);
    const tangents = new Tangents();
    tangents.set(x, tensor([1, 1, 1]));
    const y = withHandler(tangents, () => x.square());
    restarted();
    const before = live();
    const uses: (() => unknown)[] = [
      () => withHandler(tangents, () => x.square()),
      () => tangents.get(y)?.data(),
      () => withHandler(tangents, () => tensor([1, 2, 3]).mul(y)),
    ];
    for (const act of uses) {
      const error = refusal(() => scope(act));
      expect(error).toBeInstanceOf(DisposedError);
      expect(String(error)).toMatch(OLD);
    }
    expect(() => tangents.release()).not.toThrow();
    expect(live()).toEqual(before);
  });

  test("as rows of a gradient", () => {
    const rows = (): RowGradient =>
      scope(() => new RowGradient({ indices: tensor([0, 1], "i32"), values: tensor([[1], [2]]) }, [3, 1]));
    const old = rows();
    restarted();
    const fresh = rows();
    for (const act of [() => old.toDense(), () => old.coalesced(), () => fresh.joined(old), () => old.joined(fresh)]) {
      expect(refusal(act)).toBeInstanceOf(DisposedError);
    }
    fresh.dispose();
    expect(() => old.dispose()).not.toThrow();
  });

  const ways: readonly [string, (f: (x: Tensor) => Tensor, x: Tensor) => unknown][] = [
    ["grad", (f, x) => grad((at: Tensor) => f(at).sum())(x)],
    ["jvp", (f, x) => jvp(f, x, tensor([1, 1, 1]))],
    ["vjp", (f, x) => vjp(f, x, tensor([1, 1, 1]))],
    ["hvp", (f, x) => hvp((at: Tensor) => f(at).sum(), x, tensor([1, 1, 1]))],
    ["jacobian", (f, x) => jacobian(f, x)],
    ["a gradient of a gradient", (f, x) => grad((y: Tensor) => grad((z: Tensor) => f(z).sum())(y).sum())(x)],
  ];

  test.each(ways)("by functions that hold old tensors, in %s", (_, derive) => {
    const by = tensor([5, 6, 7]);
    const functions = [
      checkpoint((x: Tensor) => x.mul(by).sin()),
      customGrad((x) => ({ value: x.mul(by), pullback: (dy) => [dy.mul(by)], jvp: ([t]) => (t as Tensor).mul(by) })),
      (x: Tensor) => x.mul(by),
    ];
    for (const f of functions) scope(() => derive(f, tensor([1, 2, 3])));
    restarted();
    const before = live();
    for (const f of functions) {
      const error = refusal(() => scope(() => derive(f, tensor([1, 2, 3]))));
      expect(error).toBeInstanceOf(DisposedError);
      expect(String(error)).toMatch(OLD);
      expect(refusal(() => scope(() => derive((x: Tensor) => x.sin(), by)))).toBeInstanceOf(DisposedError);
    }
    expect(live()).toEqual(before);
  });

  test.each(ways)("where the core stops within %s, even if its function catches that", (name, derive) => {
    const restarts: unknown[] = [];
    const f = (x: Tensor): Tensor => {
      const y: AnyTensor = x.sin();
      trap();
      restarts.push(refusal(() => runtime.restart())); // tapes and scopes are in force
      return y as Tensor;
    };
    const act = (): unknown => derive(name === "hvp" ? checkpoint(f) : f, tensor([1, 2, 3]));
    expect(refusal(act)).toBeInstanceOf(RuntimeError);
    expect(restarts.length).toBeGreaterThan(0);
    for (const error of restarts) expect(error).toBeInstanceOf(RuntimeError);
    expect(runtime.restart()).toBe(true);
    expect(live()).toEqual({ tensors: 0, storages: 0, bytes: 0 });
    expect(grad((x: Tensor) => x.square().sum())(tensor([3])).toArray()).toEqual([6]);
  });
});
