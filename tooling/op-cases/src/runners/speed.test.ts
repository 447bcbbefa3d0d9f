import { memory } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { table } from "../cases/index.ts";
import { speedCases } from "./speed.ts";

test("calls to time run, and leave nothing behind", () => {
  const before = memory();
  for (const { prepare } of speedCases(table)) {
    const { run, dispose } = prepare();
    run();
    dispose();
  }
  expect(memory()).toMatchObject({ tensors: before.tensors, storages: before.storages, bytes: before.bytes });
});

test("calls to time are told apart by their names", () => {
  const names = speedCases(table).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
