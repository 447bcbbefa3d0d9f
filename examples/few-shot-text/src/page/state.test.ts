import { expect, test } from "vitest";
import { EXAMPLE, LONGEST, type PageState, readState, writeState } from "./state.ts";

test.each<[string, PageState]>([
  ["the example", EXAMPLE],
  ["another question", { ...EXAMPLE, asked: "Wo bleibt mein Päckchen? & # %" }],
  ["no question", { ...EXAMPLE, asked: "" }],
  [
    "classes of one's own",
    {
      classes: [
        { name: "a & b", texts: "one\n\n two " },
        { name: "", texts: "" },
      ],
      asked: "日本",
    },
  ],
  ["a class alone", { classes: [{ name: "only", texts: "" }], asked: "x" }],
  ["none", { classes: [], asked: "x" }],
])("%s comes out of its address as it went in", (_, state) => {
  const fragment = writeState(state) ?? "";
  expect(readState(`#${fragment}`)).toEqual(state);
  expect(fragment).not.toContain("\n");
});

test("the example needs no address, and what is too long has none", () => {
  expect(writeState(EXAMPLE)).toBe("");
  expect(readState("#nonsense=1")).toEqual(EXAMPLE);
  expect(writeState({ classes: [{ name: "a", texts: "x".repeat(LONGEST) }], asked: "" })).toBeUndefined();
});
