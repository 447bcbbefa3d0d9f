import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  arange,
  IndexError,
  memory,
  range,
  scope,
  ShapeError,
  tensor,
  type Tensor,
  ValueError,
} from "../../index.node.ts";

// Sizes that the compiler does not know: what it would refuse is tried here.
const cube = (): Tensor => arange(24).reshape([2, 3, 4]);
const vector = (): Tensor => arange(3);
const scalar = (): Tensor => tensor(5);

describe("views", () => {
  test("copy nothing", () => {
    const x = cube();
    const before = memory().bytes;
    const views = [
      x.reshape([6, 4]),
      x.transpose(),
      x.permute(2, 0, 1),
      x.slice(1, 0, 2),
      x.flip(0),
      x.unsqueeze(0),
      x.at(1),
    ];
    expect(memory().bytes).toBe(before);
    expect(views.map((view) => view.shape)).toEqual([
      [6, 4],
      [2, 4, 3],
      [4, 2, 3],
      [2, 2, 4],
      [2, 3, 4],
      [1, 2, 3, 4],
      [3, 4],
    ]);
  });

  test("see what is written to their source", () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    const column = x.at(":", 0);
    column.assign(tensor([10, 30]));
    expect(x.toArray()).toEqual([
      [10, 2],
      [30, 4],
    ]);
  });

  test.each([
    ["transpose", cube().transpose(0, 2).at(3, 1, 0).item(), 7],
    ["permute", cube().permute(1, 2, 0).at(2, 3, 1).item(), 23],
    ["flip", cube().flip([0, 2]).at(0, 0, 0).item(), 15],
    ["flip twice", cube().flip().flip().at(1, 2, 3).item(), 23],
    ["stepped slice", cube().slice(2, 1, 4, 2).at(0, 0, 1).item(), 3],
    ["negative slice", cube().slice(1, -1).at(0, 0, 0).item(), 8],
  ])("%s reads the right element", (_, found, wanted) => expect(found).toBe(wanted));

  test("reshape works out -1 and copies only where it must", () => {
    const x = cube();
    expect(x.reshape([-1, 6]).shape).toEqual([4, 6]);
    expect(x.transpose().reshape([-1]).toArray()).toEqual([...x.transpose().contiguous().data()]);
  });

  test("expand repeats without memory", () => {
    const x = tensor([[1], [2]]).expand([3, -1, 2]);
    expect(x.toArray()).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
      [
        [1, 1],
        [2, 2],
      ],
      [
        [1, 1],
        [2, 2],
      ],
    ]);
  });

  test("squeeze and unsqueeze undo each other", () => {
    expect(cube().unsqueeze(-1).unsqueeze(0).squeeze().shape).toEqual([2, 3, 4]);
  });

  test("squeeze leaves axes that are longer than 1, as PyTorch's", () => {
    expect(cube().squeeze(1).shape).toEqual([2, 3, 4]);
    expect(cube().unsqueeze(0).squeeze([0, 1]).shape).toEqual([2, 3, 4]);
  });

  test("transpose exchanges the one axis of a vector with itself, and counts a scalar as a vector, as PyTorch's", () => {
    expect(arange(3).transpose(0, -1).toArray()).toEqual([0, 1, 2]);
    expect(scalar().transpose(0, -1).item()).toBe(5);
    expect(() => scalar().transpose(0, 1)).toThrow(ShapeError);
  });

  test("no axes are none, as NumPy's", () => {
    expect(cube().sum([]).toArray()).toEqual(cube().toArray());
    expect(cube().flip([]).toArray()).toEqual(cube().toArray());
    expect(cube().unsqueeze(0).squeeze([]).shape).toEqual([1, 2, 3, 4]);
  });

  test("flatten merges a run of axes", () => {
    expect(cube().flatten(1).shape).toEqual([2, 12]);
    expect(cube().flatten().shape).toEqual([24]);
  });

  test.each([
    ["reshape to another size", () => cube().reshape([5, 5]), ShapeError, /24 elements cannot become 25/],
    ["reshape with two unknowns", () => cube().reshape([-1, -1]), ShapeError, /only one size may be -1/],
    ["permute that repeats", () => cube().permute(0, 0, 1), ShapeError, /must name each of the 3 axes once/],
    ["expand of a long axis", () => cube().expand([2, 5, 4]), ShapeError, /only axes of size 1/],
    ["axis out of range", () => cube().transpose(0, 3), ShapeError, /axis must be in -3…2/],
    ["step 0", () => cube().slice(0, 0, 2, 0), ValueError, /step must be a whole number, and not 0/],
    ["step of a half back", () => cube().slice(0, 1, 0, -0.5), ValueError, /must be whole numbers/],
    ["fractional bound", () => cube().slice(0, 0.5), ValueError, /whole numbers/],
    ["transpose of a vector", () => arange(3).transpose(), ShapeError, /at least two axes[^]*unsqueeze\(1\) a column/],
    ["transpose of an axis that a vector lacks", () => vector().transpose(0, 1), ShapeError, /axis must be in -1…0/],
  ] as const)("%s is a clear error", (_, act, type, message) => {
    const before = memory().tensors;
    expect(() => scope(act)).toThrow(type);
    expect(() => scope(act)).toThrow(message);
    expect(memory().tensors).toBe(before);
  });
});

describe("at", () => {
  test.each([
    ["a number", cube().at(1), [3, 4], 12],
    ["a negative number", cube().at(-1, -1), [4], 20],
    ["a range", cube().at(range(0, 1), range(1)), [1, 2, 4], 4],
    ["an ellipsis", cube().at("...", 2), [2, 3], 2],
    ["a new axis", cube().at(0, null, ":", 1), [1, 3], 1],
    ["an index tensor", cube().at(":", tensor([2, 0], "i32")), [2, 2, 4], 8],
    ["negative indices in a tensor", cube().at(tensor([-1], "i32")), [1, 3, 4], 12],
    ["a matrix of indices", cube().at(0, tensor([[2, 0], [1, 1]], "i32")), [2, 2, 4], 8], // prettier-ignore
    ["nothing", cube().at(), [2, 3, 4], 0],
    ["a range as text", cube().at("1:2", ":2"), [1, 2, 4], 12],
    ["a list", cube().at([1, 0]), [2, 3, 4], 12],
  ])("takes %s", (_, found, shape, first) => {
    expect(found.shape).toEqual(shape);
    expect(found.data()[0]).toBe(first);
  });

  test.each([
    ["an index outside", () => cube().at(2), IndexError, /index must be in -2…1/],
    ["too many indices", () => cube().at(0, 0, 0, 0), ShapeError, /4 indices for 3 axes/],
    ["an index tensor outside", () => cube().at(tensor([0, 5], "i32")), IndexError, /5/],
    ["a list of lists", () => cube().at([[0, 1]] as never), ValueError, /fix: tensor\(positions, "i32"\)/],
    ["a fraction", () => cube().at(0.5), IndexError, /index must be in -2…1/],
    ["two ellipses", () => cube().at("...", "..."), ValueError, /only one/],
  ] as const)("refuses %s", (_, act, type, message) => {
    expect(act).toThrow(type);
    expect(act).toThrow(message);
  });
});

test("any chain of views reads what the same chain of copies reads", () => {
  const step = fc.constantFrom<"transpose" | "flip" | "slice" | "unsqueeze">("transpose", "flip", "slice", "unsqueeze");
  fc.assert(
    fc.property(fc.array(step, { maxLength: 5 }), (steps) =>
      scope(() => {
        let viewed = cube().slice(2, 0);
        let copied = viewed.clone();
        for (const name of steps) {
          const act = {
            transpose: (x: typeof viewed) => x.transpose(0, -1),
            flip: (x: typeof viewed) => x.flip(0),
            slice: (x: typeof viewed) => x.slice(1, 0, undefined, 2),
            unsqueeze: (x: typeof viewed) => (x.rank < 7 ? x.unsqueeze(1) : x),
          }[name];
          viewed = act(viewed);
          copied = act(copied).clone();
        }
        expect(viewed.toArray()).toEqual(copied.toArray());
      }),
    ),
  );
});
