import { expect, test } from "vitest";
import { full, matmul, oneHot, ones, scope, ShapeError, tensor, zeros } from "../index.node.ts";

test("a size in bytes beyond 32 bits is refused and writes over nothing", () => {
  const [a, b] = [ones([4]), ones([1000])];
  a.dispose();
  expect(() => full([2 ** 30 + 4], 7)).toThrow(ShapeError);
  expect(b.sum().item()).toBe(1000);
});

test.each<[what: string, make: () => unknown]>([
  ["4 GiB", () => zeros([2 ** 30])],
  ["2 GiB and a little", () => zeros([2 ** 29])],
  ["one axis beyond 32 bits beside an empty one", () => zeros([0, 2 ** 32])],
  ["axes whose product is beyond 2⁵³", () => zeros([2 ** 20, 2 ** 20, 2 ** 20])],
  ["what broadcasting makes", () => ones([65_536, 1]).add(ones([1, 16_385]))],
  ["a matrix product", () => matmul(ones([65_536, 1]), ones([1, 16_385]))],
  ["an expanded view", () => tensor([1]).expand([2 ** 31])],
  ["classes", () => oneHot(tensor([1]).to("i32"), 1e10)],
])("%s is more than a tensor can have", (_, make) => {
  expect(() => scope(() => void make())).toThrow(
    /(do|does) not fit: a tensor has less than 2³¹ elements and at most 2 GiB/,
  );
});

test.each([1.5, -1, Number.NaN, Infinity])("%s is no size", (size) => {
  expect(() => zeros([2, size])).toThrow(ShapeError);
});

test("a larger block than there is memory for is an error, and the core goes on", () => {
  const most: { dispose(): void }[] = [];
  expect(() => {
    for (let i = 0; i < 9; i++) most.push(zeros([2 ** 29 - 16]));
  }).toThrow(/the heap cannot grow any more/);
  for (const block of most) block.dispose();
  expect(ones([10]).sum().item()).toBe(10);
});
