import { expect, test } from "vitest";
import { Generator, linear, linearGradient, memory, scope, type Tensor, ValueError } from "../../index.node.ts";

const generator = new Generator(7);

test("a weight that comes again unchanged is kept packed, gives the same bits, and goes with its storage", () => {
  const before = memory();
  scope(() => {
    const [x, weight, bias] = [generator.normal([32, 128]), generator.normal([96, 128]), generator.normal([96])];
    const run = (): Float32Array => scope(() => linear(x, weight, bias).data());
    const first = run();
    expect(memory().packedBytes).toBe(before.packedBytes);
    const second = run();
    expect(memory().packedBytes).toBe(before.packedBytes + 96 * 128 * 4);
    expect(second).toEqual(first);
    expect(run()).toEqual(first);
  });
  expect(memory()).toMatchObject({ packedBytes: before.packedBytes, storages: before.storages });
});

test("a weight that was written since is packed anew", () => {
  scope(() => {
    const [x, weight]: Tensor[] = [generator.normal([32, 64]), generator.normal([64, 64])];
    const run = (): Float32Array => scope(() => linear(x as Tensor, weight as Tensor).data());
    const old = [run(), run()];
    expect(old[1]).toEqual(old[0]);
    (weight as Tensor).assign(generator.normal([64, 64]));
    const fresh = scope(() => linear(x as Tensor, (weight as Tensor).clone()).data());
    expect([run(), run(), run()]).toEqual([fresh, fresh, fresh]);
    expect(fresh).not.toEqual(old[0]);
  });
});

test("a weight that few rows are multiplied by is not packed: nobody would read the pack", () => {
  const before = memory().packedBytes;
  scope(() => {
    const [x, weight] = [generator.normal([16, 128]), generator.normal([96, 128])];
    for (let i = 0; i < 3; i++) linear(x, weight);
    expect(memory().packedBytes).toBe(before);
  });
});

test("a gradient says which operand it lacks, and takes no other", () => {
  scope(() => {
    const [dy, x, weight] = [generator.normal([2, 4]), generator.normal([2, 3]), generator.normal([4, 3])];
    expect(() => linearGradient(["x"], dy, x, undefined)).toThrow(ValueError);
    expect(() => linearGradient(["weight"], dy, undefined, weight)).toThrow(/gradient of weight takes x/);
    expect(linearGradient(["x", "bias"], dy, undefined, weight).x.shape).toEqual([2, 3]);
    expect(linearGradient(["weight", "bias"], dy, x, undefined).weight.shape).toEqual([4, 3]);
  });
});
