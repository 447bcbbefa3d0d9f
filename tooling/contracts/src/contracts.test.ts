import * as autograd from "@unfoldjs/autograd";
import * as datasets from "@unfoldjs/datasets";
import * as nn from "@unfoldjs/nn";
import * as core from "@unfoldjs/tensor-core";
import * as vision from "@unfoldjs/vision-layers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultsOf, giveBack, type Use } from "./contract.ts";
import type { Arguments } from "./kinds.ts";
import type { Row } from "./row.ts";
import { packages } from "./rows/index.ts";
import { startWatch } from "./watch.ts";

const modules: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "tensor-core": core,
  autograd,
  nn,
  datasets,
  "vision-layers": vision,
};

const watch = startWatch();
const unhandled: unknown[] = [];
const note = (reason: unknown): number => unhandled.push(reason);
beforeAll(() => void process.on("unhandledRejection", note));
afterAll(() => {
  process.off("unhandledRejection", note);
  watch.stop();
});

/** Functions and classes; constants and tables are not called. */
function isCalled(value: unknown): value is (...inputs: unknown[]) => unknown {
  return typeof value === "function";
}

describe.each(Object.entries(modules).filter(([name]) => name in packages))("%s", (name, module) => {
  const rows: Readonly<Record<string, Row | undefined>> = packages[name] ?? {};

  test("has a row of right arguments for each function and class that it exports", () => {
    const missing = Object.keys(module).filter((exported) => isCalled(module[exported]) && rows[exported] === undefined);
    expect(missing, `say how to call ${missing.join(", ")} in tooling/contracts/src/rows/${name}.ts`).toEqual([]);
    expect(Object.keys(rows).filter((exported) => !isCalled(module[exported]))).toEqual([]);
  });

  for (const [exported, row] of Object.entries(rows)) {
    if (row === undefined || "none" in row) continue;
    const called = module[exported] as (new (...inputs: unknown[]) => object) & Use;
    if ("call" in row) {
      test(`${exported}(…)`, () => holds(exported, row.call, (inputs) => (called as (...all: readonly unknown[]) => unknown)(...inputs)));
      continue;
    }
    if (!("none" in row.make)) {
      const make = row.make as Arguments;
      test(`new ${exported}(…)`, () => holds(`new ${exported}`, make, (inputs) => new called(...inputs)));
    }
    test(`${exported} has a row for each of its methods`, () => {
      const known = [...Object.keys(row.methods), ...(row.notPublic ?? []), "constructor"];
      const missing = methodsOf(called.prototype as object).filter((method) => !known.includes(method));
      expect(missing, `say how to call ${exported}.${missing.join(", ")} in tooling/contracts/src/rows/${name}.ts`).toEqual([]);
    });
    for (const [method, arguments_] of Object.entries(row.methods)) {
      const instance = row.special?.[method] ?? row.instance ?? (() => new called(...Object.values(row.make as Arguments).map((kind) => kind.make())));
      test(`${exported}.${method}(…)`, () => holds(`${exported}.${method}`, arguments_, onInstance(instance, method)));
    }
  }
});

/** Calls a method of an instance made for this call, which is given back with the result. */
function onInstance(instance: () => object, method: string): Use {
  return async (inputs) => {
    const subject = instance() as Readonly<Record<string, (...all: readonly unknown[]) => unknown>>;
    try {
      const result = await subject[method]?.(...inputs);
      return result === subject ? undefined : result;
    } finally {
      giveBack(subject);
    }
  };
}

/** Own methods of a class, without getters. */
function methodsOf(prototype: object): string[] {
  return Object.getOwnPropertyNames(prototype).filter(
    (name) => typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === "function",
  );
}

async function holds(what: string, call: Arguments, use: Use): Promise<void> {
  const faults = await faultsOf(call, use, (attempt) => watch.note(`${what}: ${attempt}`));
  await new Promise((resolve) => setTimeout(resolve, 0)); // where rejections that nobody handled are reported
  expect(faults).toEqual([]);
  expect(unhandled.splice(0), "promises that failed and that nobody waits for").toEqual([]);
}
