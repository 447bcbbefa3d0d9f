import { Module } from "@unfoldjs/nn";
import { expect, test } from "vitest";
import * as sequence from "./index.ts";

test("the record of layers has every layer and model that this package exports, by its name", () => {
  const exported = Object.entries(sequence).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof Module,
  );
  expect(exported.length).toBeGreaterThan(4);
  expect(Object.fromEntries(exported)).toEqual(sequence.layers);
  for (const [name, layer] of exported) {
    // Said in the class: a name that comes from the class's own, which a bundler shortens, is not enumerable.
    expect(Object.getOwnPropertyDescriptor(layer, "name")).toMatchObject({ value: name, enumerable: true });
  }
});
