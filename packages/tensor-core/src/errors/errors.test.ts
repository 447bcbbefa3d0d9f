import { describe, expect, test } from "vitest";
import * as errors from "./index.ts";

const classes = Object.entries(errors).filter(
  ([name, value]) => name !== "UnfoldError" && value.prototype instanceof errors.UnfoldError,
) as [string, typeof errors.ShapeError][];

describe("an error", () => {
  test.each(classes)("says its name itself, whatever a bundler calls its class: %s", (name, Class) => {
    // A name that comes from the class's own is not enumerable, a static field is.
    expect(Object.getOwnPropertyDescriptor(Class, "name")).toMatchObject({ value: name, enumerable: true });
    expect(new Class("op", {}, "rule").name).toBe(name);
  });

  test("is known, and nothing else is", () => {
    expect(classes.length).toBeGreaterThan(10);
    expect(errors.isUnfoldError(new errors.ShapeError("op", {}, "rule"))).toBe(true);
    for (const other of [new Error("x"), Object.assign(new Error("x"), { code: "ENOENT" }), undefined, "x", {}])
      expect(errors.isUnfoldError(other)).toBe(false);
  });
});
