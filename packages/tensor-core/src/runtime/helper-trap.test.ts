import { setTimeout as pause } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { writeUnaryWalk } from "../../wasm/frames.js";
import { apply, defineOp, RuntimeError, runtime, scope, zeros } from "../index.node.ts";
import { frameStart } from "./frame.ts";
import { core, heapI32 } from "./heap.ts";

// A file of its own: after this the core of its process has stopped for good.
test("a part that traps on a helper stops the core with a clear error, and nothing waits for it for ever", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  runtime.configure({ threads: 2 });
  const size = 1 << 20;
  const x = zeros([size]);
  while (runtime.info().threads < 2) {
    scope(() => x.exp());
    await pause(5);
  }
  const wild = defineOp("wild", ["x"], {
    shape: (inputs) => inputs.x.shape,
    run(_, out) {
      writeUnaryWalk(heapI32(), frameStart(), { sizes: [size], y: out, x: out });
      // Addresses wrap: the first half, which helpers begin with, lies beyond the heap, and the second half at its start.
      core().copy_elements(4, 2 ** 32 - (size / 2) * 4, out.address);
    },
  });
  expect(() => scope(() => apply(wild, { x }, undefined))).toThrow(RuntimeError);
  expect(() => x.add(1)).toThrow(/the core has stopped[^]*wild/);
});
