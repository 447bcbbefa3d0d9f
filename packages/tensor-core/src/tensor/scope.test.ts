import { describe, expect, test } from "vitest";
import {
  aliasOf,
  DisposedError,
  keep,
  memory,
  scope,
  ScopeError,
  tensor,
  type Tensor,
  unowned,
} from "../index.node.ts";

describe("scope", () => {
  test("drops what was made in it and keeps its result", () => {
    const before = memory();
    const kept = scope(() => {
      const a = tensor([1, 2, 3]);
      return a.add(a).mul(2);
    });
    expect(kept.toArray()).toEqual([4, 8, 12]);
    expect(memory().tensors).toBe(before.tensors + 1);
    kept.dispose();
    expect(memory()).toMatchObject({ tensors: before.tensors, storages: before.storages, bytes: before.bytes });
  });

  test("keeps tensors in arrays and plain records, at any depth", () => {
    const { list, record } = scope(() => ({
      list: [tensor([1]), [tensor([2])]] as const,
      record: { deep: tensor([3]) },
    }));
    expect([list[0].item(), list[1][0]?.item(), record.deep.item()]).toEqual([1, 2, 3]);
  });

  test("hands a survivor to the scope around it", () => {
    let inner: Tensor<[1]> | undefined;
    scope(() => {
      inner = scope(() => tensor([1]));
      expect(inner.isDisposed).toBe(false);
    });
    expect(inner?.isDisposed).toBe(true);
  });

  test("leaves tensors that were given to keep", () => {
    const kept: Tensor[] = [];
    scope(() => void kept.push(keep(tensor([7]))));
    expect(kept[0]?.item()).toBe(7);
    kept[0]?.dispose();
  });

  test("drops everything when its function throws", () => {
    const before = memory().tensors;
    expect(() =>
      scope(() => {
        tensor([1, 2]).add(1);
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(memory().tensors).toBe(before);
  });

  test("refuses a function that returns a promise", () => {
    const before = memory().tensors;
    expect(() => scope(() => Promise.resolve(tensor([1])))).toThrow(ScopeError);
    expect(memory().tensors).toBe(before);
  });

  test("a view outlives the tensor that it was taken from", () => {
    const row = scope(() =>
      tensor([
        [1, 2],
        [3, 4],
      ]).at(1),
    );
    expect(row.toArray()).toEqual([3, 4]);
    row.dispose();
  });
});

describe("a disposed tensor", () => {
  test("is refused by every op, with the op's name", () => {
    const x = tensor([1, 2]);
    x.dispose();
    expect(() => x.add(1)).toThrow(DisposedError);
    expect(() => x.data()).toThrow(/data: this tensor's memory was given back/);
    expect(() => x.item()).toThrow(DisposedError);
    expect(String(x)).toBe("tensor(disposed, shape=[2])");
  });

  test("goes at the end of its block with using", () => {
    const before = memory().tensors;
    {
      using x = tensor([1, 2]);
      using y = x.add(1);
      expect(y.toArray()).toEqual([2, 3]);
    }
    expect(memory().tensors).toBe(before);
  });

  test("may be disposed again", () => {
    const before = memory().bytes;
    const x = tensor([1, 2]);
    x.dispose();
    x.dispose();
    expect(memory().bytes).toBe(before);
  });
});

describe("wake", () => {
  test("has a disposed handle be there again where an alias kept its elements", () => {
    const before = memory();
    const x = tensor([3]);
    const kept = unowned(() => aliasOf(x));
    expect(x.wake()).toBe(false);
    x.dispose();
    expect(x.wake()).toBe(true);
    expect(x.mul(2).item()).toBe(6);
    kept.dispose();
    expect(x.item()).toBe(3);
    x.dispose();
    expect(x.wake()).toBe(false);
    expect(() => x.item()).toThrow(DisposedError);
    expect(memory().bytes).toBe(before.bytes + 4);
  });
});
