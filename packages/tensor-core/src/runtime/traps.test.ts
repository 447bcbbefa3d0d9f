import { afterEach, describe, expect, test } from "vitest";
import {
  apply,
  ops,
  coalesceRows,
  Generator,
  isUnfoldError,
  memory,
  nonZero,
  runtime,
  scope,
  type Shape,
  sumOfSquares,
  type Tensor,
  tensor,
} from "../index.node.ts";
import type { CoreExports } from "../../wasm/core.js";
import { core as runningCore, link } from "./heap.ts";
import { shared } from "./shared.ts";

/** A core whose call number `at`, from 0 on, traps; `calls` says how many there were. */
function trappingAt(exports: CoreExports, at: number): { core: CoreExports; calls: () => number } {
  let calls = 0;
  const members = Object.entries(exports).map(([name, member]: [string, unknown]) => {
    if (typeof member !== "function" || name === "stop_reason") return [name, member];
    const trapping = (...args: unknown[]): unknown => {
      if (calls++ === at) throw new WebAssembly.RuntimeError(`planted in ${name}`);
      return Reflect.apply(member, undefined, args) as unknown;
    };
    return [name, trapping];
  });
  return { core: Object.fromEntries(members) as CoreExports, calls: () => calls };
}

/** Has the package use another core from now on. */
function use(exports: CoreExports): void {
  for (const forget of shared.forget) forget();
  shared.core = exports;
}

const random = new Generator(1);
const x = (): Tensor<[1, 3]> => tensor([[3, 0, 1]]);

const uses: Record<string, () => unknown> = {
  "numbers become a tensor": () => tensor([1, 2, 3], "f16"),
  "a tensor's numbers": () => tensor([[1, 2]]).data(),
  "numbers of a view": () => x().transpose().data(),
  "numbers of halves": () => tensor([1, 2], "bf16").data(),
  "an op": () => x().add(x()),
  "an op with several results": () => x().sort(),
  "a product with the same weights, which packs them": () => {
    const weights = tensor(Array.from({ length: 64 }, () => new Array<number>(64).fill(1)));
    for (let i = 0; i < 4; i++) weights.matmul(weights).dispose();
  },
  "indices that are looked at": () => x().indexSelect(1, tensor([0, 2], "i32")),
  "elements that are counted": () => nonZero(x()),
  "rows that are joined": () => coalesceRows(tensor([1, 1], "i32"), tensor([[1], [2]])),
  "a norm": () => sumOfSquares(x().transpose()),
  "random numbers": () => random.normal([4]),
  "what memory is used": () => memory(),
  "what runs": () => runtime.info(),
  "how many threads": () => runtime.configure({ threads: 2 }),
  "helpers that are dismissed": () => runtime.dismissHelpers(),
  disposal: () => x().dispose(),
};

describe("whichever call into the core traps, the error is ours, and the core has stopped", () => {
  runtime.info();
  const real = shared.core as CoreExports;
  afterEach(() => {
    shared.stopped = undefined; // the core itself is whole: its traps are planted
    use(real);
  });

  test.each(Object.keys(uses))("%s", (name) => {
    let tried = 0;
    for (let at = 0; ; at++) {
      const { core, calls } = trappingAt(real, at);
      shared.stopped = undefined;
      use(core);
      let thrown: unknown;
      try {
        scope(() => void uses[name]?.());
      } catch (error) {
        thrown = error;
      }
      if (calls() <= at) break;
      tried++;
      expect(isUnfoldError(thrown), `call ${at}: ${String(thrown)}`).toBe(true);
      expect(String(thrown)).toMatch(/the core trapped and has stopped/);
      expect(() => tensor([1])).toThrow(/the core has stopped/);
    }
    const hasNone = name === "helpers that are dismissed"; // until there is work for them
    expect(tried > 0 || hasNone).toBe(true);
  });
});

/** What can fail while an earlier failure has not been looked at, since the stack was full. */
const later: Record<string, (two: Tensor, three: Tensor) => unknown> = {
  "an op": (two, three) => two.add<Shape, Shape>(three),
  "an op with several results": (two) => two.sort(),
  "an update": (two, three) => two.assign(three.slice(0, 0, 2)),
  "a view": (two) => apply(ops.viewAs, { x: two }, { shape: [5] }),
  "what memory is used": () => memory(),
  disposal: (two) => two.dispose(),
  "a new tensor": () => tensor([1]),
};

test.each(Object.keys(later))("%s that fails after a trap that was not looked at does not hide it", (name) => {
  const [two, three]: Tensor[] = [tensor([1, 2]), tensor([1, 2, 3])];
  const running = runningCore();
  link.doubt = { op: "earlier", error: new WebAssembly.RuntimeError("planted"), before: undefined };
  const failing = Object.entries(running).map(([member, value]: [string, unknown]) => [
    member,
    typeof value === "function" && member !== "stop_reason"
      ? () => {
          throw new RangeError("Maximum call stack size exceeded");
        }
      : value,
  ]);
  // Whoever fails next finds a core that is known, as where the stack was too full to say otherwise.
  link.core = Object.fromEntries(failing) as CoreExports;
  expect(() => later[name]?.(two as Tensor, three as Tensor)).toThrow(/^earlier: the core trapped/);
  expect(() => memory()).toThrow(/stopped in {2}earlier/);
  expect(runtime.restart()).toBe(true);
  expect(tensor([1, 2]).add(1).toArray()).toEqual([2, 3]);
});
