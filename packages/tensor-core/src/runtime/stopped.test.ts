import { expect, test } from "vitest";
import { apply, defineOp, RuntimeError, scope, tensor } from "../index.node.ts";
import { core } from "./heap.ts";

// A file of its own: after this the core of its process has stopped for good.
test("a trap inside a kernel stops the core with a clear error, and so does every call after it", () => {
  const wild = defineOp("wild", ["x"], {
    shape: ({ x }) => x.shape,
    // An address beyond the heap: what validation never lets a real op pass on.
    run: (_, out) => core().copy_elements(4, core().memory.buffer.byteLength + 4, out.address),
  });
  const x = tensor([1, 2]);
  expect(() => scope(() => apply(wild, { x }, undefined))).toThrow(RuntimeError);
  expect(() => x.add(1)).toThrow(/the core has stopped[^]*wild[^]*start a new process/);
  expect(() => x.dispose()).not.toThrow();
});
