import { describe, expect, test } from "vitest";
import {
  arange,
  fromArray,
  IndexError,
  memory,
  range,
  ShapeError,
  tensor,
  type Tensor,
  ValueError,
} from "../index.node.ts";

const cube = (): Tensor<[2, 3, 4]> => arange(24).reshape([2, 3, 4]);
const positions = (...values: number[]): Tensor<[number], "i32"> => fromArray(Int32Array.from(values));

describe("at with a mask", () => {
  const grid = (): Tensor<[3, 4]> => arange(12).reshape([3, 4]);

  test("takes the rows where it holds", () => {
    expect(
      grid()
        .at(tensor([true, false, true]))
        .toArray(),
    ).toEqual([
      [0, 1, 2, 3],
      [8, 9, 10, 11],
    ]);
    expect(grid().at(tensor([false, false, false])).shape).toEqual([0, 4]);
  });

  test("stands for as many axes as it has, beside other indices", () => {
    const odd = grid().greater(8);
    expect(grid().at(odd).toArray()).toEqual([9, 10, 11]);
    expect(
      grid()
        .at(":", tensor([true, false, false, true]))
        .toArray(),
    ).toEqual([
      [0, 3],
      [4, 7],
      [8, 11],
    ]);
    expect(cube().at(1, odd.at(":", ":")).toArray()).toEqual([21, 22, 23]);
    expect(cube().at(tensor([true, true]), "...", range(0, 2)).shape).toEqual([2, 3, 2]);
    expect(
      cube()
        .at(grid().at(range(0, 2), range(0, 3)).equal(5), range(1, 3))
        .toArray(),
    ).toEqual([[17, 18]]);
    expect(
      cube()
        .at(
          tensor([
            [true, false, false],
            [false, false, true],
          ]),
          0,
        )
        .toArray(),
    ).toEqual([0, 20]);
  });

  test("refuses one of other sizes, or of more axes than there are", () => {
    expect(() => grid().at(tensor([true, false]))).toThrow(ShapeError);
    expect(() => grid().at(tensor([true, false]))).toThrow(/sizes of the axes that it stands for, \[3\]/);
    expect(() => grid().at(0, grid().greater(3))).toThrow(/3 indices for 2 axes/);
  });
});

describe("at with texts and steps", () => {
  // What NumPy gives for arange(5)[…].
  test.each([
    ["1:4", [1, 2, 3]],
    ["-2:", [3, 4]],
    ["::2", [0, 2, 4]],
    [":", [0, 1, 2, 3, 4]],
    ["::-1", [4, 3, 2, 1, 0]],
    ["3:0:-1", [3, 2, 1]],
    ["9::-2", [4, 2, 0]],
    ["-2:-9:-2", [3, 1]],
    [":-3:-1", [4, 3]],
    ["1:3:-1", []],
    ["-9::-1", []],
  ] as const)("%s", (text, wanted) => {
    expect(arange(5).at(text).toArray()).toEqual(wanted);
    const bounds = text.split(":").map((bound) => (bound === "" ? undefined : Number(bound)));
    expect(arange(5).at(range(...bounds)).toArray()).toEqual(wanted); // prettier-ignore
    expect(
      arange(5)
        .slice(0, bounds[0], bounds[1], bounds[2] ?? 1)
        .toArray(),
    ).toEqual(wanted);
  });

  test("give views, also from the end", () => {
    const x = arange(5);
    x.at("::-2").assign(tensor([7, 8, 9]));
    expect(x.toArray()).toEqual([9, 1, 8, 3, 7]);
  });
});

// What PyTorch gives for arange(24).reshape(2, 3, 4)[…].
describe("at with lists", () => {
  test("takes one in place of an axis", () => {
    expect(cube().at(1, [2, 0, -1], 0).toArray()).toEqual([20, 12, 20]);
    expect(cube().at([true, false], ":", 1).toArray()).toEqual([[1, 5, 9]]);
    expect(cube().at([]).shape).toEqual([0, 3, 4]);
  });

  test("takes several together, and broadcasts them", () => {
    expect(cube().at([0, 1], [2, 0], [3, -1]).toArray()).toEqual([11, 15]);
    const column = tensor([[0], [1]], "i32");
    expect(cube().at(column, [0, 2], 1).toArray()).toEqual([
      [1, 9],
      [13, 21],
    ]);
    expect(cube().at([0, 1], [1]).toArray()).toEqual([
      [4, 5, 6, 7],
      [16, 17, 18, 19],
    ]);
  });

  test("puts their axes where the first was, or to the front if something is between them", () => {
    expect(cube().at(":", [0, 2], [1, 3]).toArray()).toEqual([
      [1, 11],
      [13, 23],
    ]);
    expect(cube().at([0, 1], ":", [1, 3]).toArray()).toEqual([
      [1, 5, 9],
      [15, 19, 23],
    ]);
    const shapes = [
      cube().at([0, 1, 0], ":", [1, 3, 0]),
      cube().at([0], null, [1, 2]),
      cube().at(null, "...", [0, 1], [1]),
      cube().at([0, 1, 1], 0, [1]), // a number is nothing between them
      cube().at(tensor(1, "i32"), "...", [1, 2]), // nor is a scalar a list
    ].map((y) => y.shape);
    expect(shapes).toEqual([[3, 3], [2, 1, 4], [1, 2, 2], [3], [3, 2]]);
  });

  test("takes masks as the positions where they hold", () => {
    const held = tensor([
      [true, false, true],
      [false, true, false],
    ]);
    expect(cube().at(held, [0, 1, 2]).toArray()).toEqual([0, 9, 18]);
    expect(cube().at([true, true], ":", [0, 3]).toArray()).toEqual([
      [0, 4, 8],
      [15, 19, 23],
    ]);
  });

  test("leaves nothing behind but its result", () => {
    const x = cube();
    const before = memory().tensors;
    const picked = [x.at([0, 1], ":", [1, 3]), x.at([1, 0]), x.at("::-1"), x.at([true, false], [0])];
    expect(memory().tensors).toBe(before + picked.length);
  });
});

describe("at", () => {
  test("takes numbers from the front and from the end", () => {
    expect(cube().at(1, 0).toArray()).toEqual([12, 13, 14, 15]);
    expect(cube().at(-1, -3, -2).item()).toBe(14);
  });

  test("takes ranges, whole axes, dots and new axes", () => {
    const x = cube();
    expect(x.at(":", range(1, 3), range(0, 4, 2)).toArray()).toEqual([
      [
        [4, 6],
        [8, 10],
      ],
      [
        [16, 18],
        [20, 22],
      ],
    ]);
    expect(x.at("...", -1).toArray()).toEqual([
      [3, 7, 11],
      [15, 19, 23],
    ]);
    expect(x.at(0, null, "...").shape).toEqual([1, 3, 4]);
    expect(x.at(range(-1)).shape).toEqual([1, 3, 4]);
  });

  test("takes a tensor of positions in place of an axis, in its shape", () => {
    const x = cube();
    expect(x.at(0, positions(2, 0, -1)).toArray()).toEqual([
      [8, 9, 10, 11],
      [0, 1, 2, 3],
      [8, 9, 10, 11],
    ]);
    const grid = tensor(
      [
        [0, 3],
        [-1, 1],
      ],
      "i32",
    );
    expect(x.at(":", 1, grid).shape).toEqual([2, 2, 2]);
    expect(x.at(1, 2, grid).toArray()).toEqual([
      [20, 23],
      [23, 21],
    ]);
    expect(x.at(positions()).shape).toEqual([0, 3, 4]);
    expect(x.at(positions(1), range(0, 2), 3).toArray()).toEqual([[15, 19]]);
  });

  test("leaves nothing behind but its result", () => {
    const x = cube();
    const index = positions(0, -1);
    const before = memory().tensors;
    const picked = x.at(range(0, 2), index);
    expect(memory().tensors).toBe(before + 1);
    picked.dispose();
    x.dispose();
    index.dispose();
  });

  test.each([
    ["a position beyond the end", () => cube().at(2), IndexError, /-2…1/],
    ["a fraction", () => cube().at(0.5), IndexError, /index must be in/],
    ["a tensor's position beyond the end", () => cube().at(0, positions(0, 3)), IndexError, /-3…2.*value +3/s],
    ["a tensor's position before the front", () => cube().at(0, positions(-4)), IndexError, /-3…2/],
    [
      "lists that do not broadcast",
      () => cube().at([0, 1], [0, 1, 2]),
      ShapeError,
      /do not broadcast[^]*index 0 +\[2\]/,
    ],
    ["a position beyond the end in one of two", () => cube().at([0, 1], [0, 3]), IndexError, /-3…2/],
    ["a mask of other sizes beside a list", () => cube().at([0], tensor([true])), ShapeError, /sizes of the axes/],
    ["a list with something else in it", () => cube().at([0, 0.5]), ValueError, /lists of whole numbers/],
    ["a list of lists", () => cube().at([[0]] as never), ValueError, /tensor\(positions, "i32"\)/],
    ["a text that is no slice", () => cube().at("1-2" as never), ValueError, /"start:stop:step"/],
    ["a step of 0", () => cube().at("::0"), ValueError, /step must be a whole number, and not 0/],
    ["too many indices", () => (cube() as Tensor).at(0, 0, 0, 0), ShapeError, /4 indices for 3 axes/],
    ["two sets of dots", () => cube().at("...", 0, "..."), ValueError, /only one/],
    ["a scalar", () => (tensor(3) as Tensor).at(0), ShapeError, /item\(\)/],
  ] as const)("refuses %s", (_, call, error, message) => {
    expect(call).toThrow(error);
    expect(call).toThrow(message);
  });
});
