import { add, type AnyTensor, DTypeError, ShapeError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { table } from "../cases/index.ts";
import { real } from "../draw.ts";
import { nameOf } from "../inputs.ts";
import { opCase } from "../op-case.ts";
import { zip } from "../reference/exact.ts";
import { checkDisposed, checkError, checkFollowed } from "./shape-error.ts";

const refusing = table.filter(({ opCase: { errors } }) => errors.length > 0);

describe.each(refusing)("$name refuses", ({ op, opCase: tested }) => {
  test.each(tested.errors.map((row) => [nameOf(row), row] as const))("%s", (_, row) => {
    expect(checkError(op, tested, row)).toEqual([]);
    expect(checkFollowed(tested, row)).toEqual([]);
  });
});

test.each(table)("$name refuses what was disposed", ({ opCase: tested }) => {
  expect(tested.rows.slice(0, 1).flatMap((row) => checkDisposed(tested, row))).toEqual([]);
  expect(tested.rows.slice(0, 1).flatMap((row) => checkFollowed(tested, row, true))).toEqual([]);
});

describe("the error runner", () => {
  const planted = (
    call: (a: AnyTensor, b: AnyTensor) => AnyTensor,
    throws: typeof ShapeError | typeof DTypeError,
    message = /broadcast/,
  ): string[] => {
    const wrong = opCase({
      draws: [real, real],
      call: ([a, b]) => call(a, b),
      reference: (x) => zip(x, (a, b) => a + b),
      gradient: "first",
      rows: [],
      empty: { none: "planted" },
    });
    return checkError("add", wrong, { inputs: [[2, 3], [4]], throws, message });
  };
  const sum = (a: AnyTensor, b: AnyTensor): AnyTensor => add(a as never, b as never);

  test("accepts a clear error", () => expect(planted(sum, ShapeError)).toEqual([]));
  test("sees that nothing was thrown", () => expect(planted((a) => a, ShapeError)).toEqual(["nothing was thrown"]));
  test("sees another class", () => {
    expect(planted(sum, DTypeError)).toContainEqual(expect.stringMatching(/^ShapeError, wanted DTypeError: /));
  });
  test("sees another text", () => {
    expect(planted(sum, ShapeError, /columns/)).toContainEqual(expect.stringMatching(/^it does not say columns: /));
  });
  test("sees a message that names neither op nor shapes", () => {
    const vague = (): never => {
      throw new ShapeError("sub", {}, "they do not broadcast");
    };
    expect(planted(vague, ShapeError)).toEqual([
      expect.stringMatching(/^it does not begin with the op's name/),
      expect.stringMatching(/^it shows none of \[2, 3\] \[4\]/),
    ]);
  });
  test("sees a refusal that is another where something follows the call", () => {
    let calls = 0;
    const changing = opCase({
      draws: [real],
      call: () => {
        throw new ShapeError("add", {}, `call ${++calls}`);
      },
      reference: ([x]) => x,
      gradient: "first",
      rows: [],
      empty: { none: "planted" },
    });
    expect(checkFollowed(changing, { inputs: [[2]] })).toEqual([
      "under a tape: add: call 2\n  without: add: call 1",
      "under tangents: add: call 4\n  without: add: call 3",
      "in a checkpoint: add: call 6\n  without: add: call 5",
    ]);
  });
  test("sees an op that works on disposed tensors", () => {
    const careless = opCase({
      draws: [real],
      call: () => add(1 as never, 2),
      reference: ([x]) => x,
      gradient: "first",
      rows: [],
      empty: { none: "planted" },
    });
    expect(checkDisposed(careless, { inputs: [[2]] })).toEqual(["input 0 of [2]: nothing was thrown"]);
  });
});
