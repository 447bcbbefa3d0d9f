import { runInThisContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { allocateTensor } from "../dispatch/dispatch.ts";
import { liveBySite } from "./allocation-sites.ts";
import {
  eye,
  memory,
  OutOfMemoryError,
  scope,
  ShapeError,
  tensor,
  type Tensor,
  ValueError,
  zeros,
} from "../index.node.ts";

describe("memory", () => {
  test("counts tensors, blocks and bytes; views share a block", () => {
    const before = memory();
    const x = zeros([8, 8]);
    const row = x.at(0);
    expect(memory()).toMatchObject({
      tensors: before.tensors + 2,
      storages: before.storages + 1,
      bytes: before.bytes + 256,
    });
    x.dispose();
    expect(memory().bytes).toBe(before.bytes + 256);
    row.dispose();
    expect(memory()).toMatchObject({ tensors: before.tensors, storages: before.storages, bytes: before.bytes });
  });

  test("names the caller's line in a repository that has a folder packages too", () => {
    const filename = "/home/me/packages/shop/src/train.js";
    const make: (zeros: unknown) => Tensor = runInThisContext("(zeros) => zeros([2 ** 22])", { filename });
    const held = make(zeros); // 16 MiB: enough to be looked at
    expect(liveBySite(1000).join("\n")).toContain(filename);
    held.dispose();
  });

  test("the same work again asks the system for nothing", () => {
    const work = (): void => scope(() => void zeros([64, 64]).add(1).mul(2).sum());
    work();
    const { heapBytes, keptBytes } = memory();
    for (let i = 0; i < 1000; i++) work();
    expect(memory()).toMatchObject({ heapBytes, keptBytes });
  });

  test("values survive the growth of the heap", () => {
    const before = tensor([1, 2, 3]);
    const { heapBytes } = memory();
    const large = zeros([Math.ceil(heapBytes / 4) + 1000]);
    expect(memory().heapBytes).toBeGreaterThan(heapBytes);
    expect(before.add(1).toArray()).toEqual([2, 3, 4]);
    large.dispose();
  });

  test("a full heap is a clear error, and the library goes on working", () => {
    const before = memory();
    scope(() => {
      // Memory that is only asked for, and never written, costs the machine nothing.
      const hoard = (): unknown => allocateTensor([2 ** 28], "f32", "hoard");
      for (let i = 0; i < 3; i++) hoard();
      expect(hoard).toThrow(OutOfMemoryError);
      expect(hoard).toThrow(
        /the heap cannot grow any more[^]*asked +1073741824 bytes[^]*live +\d+ tensors[^]*memory\.test\.ts[^]*scope/,
      );
    });
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
    expect(
      zeros([2 ** 20])
        .sum()
        .item(),
    ).toBe(0);
  });

  test("a kernel that finds no scratch memory is an error, frees what it took, and works when there is room again", () => {
    const left = eye(300);
    const right = eye(301).slice(0, 0, 300);
    const before = memory();
    scope(() => {
      // Blocks of ever smaller sizes until nothing of 16 KiB is left: room for the result alone.
      const result = zeros([300, 301]);
      for (let bytes = 2 ** 30; bytes >= 2 ** 14; bytes /= 2) {
        const hoard = (): void => {
          for (;;) allocateTensor([bytes / 4], "f32", "hoard");
        };
        expect(hoard).toThrow(OutOfMemoryError);
      }
      result.dispose();
      expect(() => left.matmul(right)).toThrow(OutOfMemoryError);
      expect(() => left.matmul(right)).toThrow(/asked +room for its kernel to work in/);
    });
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
    expect(left.matmul(right).sum().item()).toBe(300);
  });

  test.each([
    ["a negative size", () => zeros([-1]), ShapeError, /whole number from 0 up, got -1/],
    ["a fraction", () => zeros([1.5]), ShapeError, /got 1.5/],
    ["not a number", () => zeros([Number.NaN]), ShapeError, /got NaN/],
    ["an infinite size", () => zeros([Infinity]), ShapeError, /got Infinity/],
    ["more than a heap holds", () => zeros([2 ** 20, 2 ** 20]), ShapeError, /do not fit/],
    ["nine axes", () => zeros([1, 1, 1, 1, 1, 1, 1, 1, 1]), ShapeError, /at most 8 axes/],
    ["ragged arrays", () => tensor([[1, 2], [3]]), ShapeError, /must not be ragged[^]*at +\[1\]|ragged/],
    ["arrays and numbers mixed", () => tensor([[1], 2]), ShapeError, /ragged/],
    ["a fraction as i32", () => tensor([1.5], "i32"), Error, /whole numbers from -2147483648/],
    ["a number beside bytes", () => tensor([300], "u8"), Error, /from 0 to 255/],
  ] as const)("%s is refused", (_, act, type, message) => {
    expect(act).toThrow(type);
    expect(act).toThrow(message);
  });

  test("an index of a missing range is a value error", () => {
    expect(() => zeros([3]).slice(0, 0, 2, 0)).toThrow(ValueError);
  });
});
