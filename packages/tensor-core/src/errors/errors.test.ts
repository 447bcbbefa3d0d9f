import { describe, expect, test } from "vitest";
import { inCall } from "./in-call.ts";
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

  test("of a part is told in the name of what was called, with the path it has", () => {
    const part = new errors.ShapeError("concat", { tensors: 0 }, "needs at least one tensor").within("encoder");
    const told = (): unknown => {
      try {
        inCall("stack", () => {
          throw part;
        });
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(told()).toBe(part);
    expect(part).toMatchObject({ op: "stack", path: ["encoder"] });
    expect(part.message).toMatch(/^stack in encoder: needs at least one tensor\n {2}tensors {2}0$/);
    expect(inCall("stack", () => 7)).toBe(7);
  });

  test("about what happened inside, or of another kind, keeps its name", () => {
    for (const error of [new errors.RuntimeError("exp", {}, "trapped"), new errors.NonFiniteError("exp", {}, "NaN")]) {
      expect(() =>
        inCall("softplus", () => {
          throw error;
        }),
      ).toThrow(/^exp: /);
    }
    expect(() =>
      inCall("softplus", () => {
        throw new TypeError("x is undefined");
      }),
    ).toThrow(/^x is undefined$/);
  });

  test("is known, and nothing else is", () => {
    expect(classes.length).toBeGreaterThan(10);
    expect(errors.isUnfoldError(new errors.ShapeError("op", {}, "rule"))).toBe(true);
    for (const other of [new Error("x"), Object.assign(new Error("x"), { code: "ENOENT" }), undefined, "x", {}])
      expect(errors.isUnfoldError(other)).toBe(false);
  });
});
