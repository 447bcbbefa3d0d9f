import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { choose } from "./options.ts";
import { suites } from "./suites/index.ts";

const rest = {};

describe("choose", () => {
  test("everything without options", () => {
    expect(choose(suites, rest)).toEqual(suites);
  });

  test("a case of some suites", () => {
    const chosen = choose(suites, { ...rest, case: ["512", "64"] });
    expect(chosen.map(({ name, cases }) => [name, cases.map((each) => each.name)])).toEqual([
      ["matmul", ["64", "512"]],
      ["matmul-gradient", ["512"]],
    ]);
  });

  test("nothing left is an error", () => {
    expect(() => choose(suites, { ...rest, suite: ["training"], case: ["512"] })).toThrow(
      "no case is called 512 in training; --help lists them",
    );
  });
});

describe("the command", () => {
  const main = join(import.meta.dirname, "main.ts");
  test.each([
    { args: ["--suite", "conv"], code: 2, says: "There is no suite of this name; there are matmul;" },
    { args: ["--case", "9"], code: 2, says: "There is no case of this name" },
    { args: ["--threads", "0"], code: 2, says: "A whole number from 1 on is wanted." },
    { args: ["--fast"], code: 2, says: "unknown option '--fast'" },
    { args: ["--json", join("no", "such", "folder.json")], code: 1, says: "does not exist; make it first" },
    { args: ["--suite", "training", "--case", "512"], code: 1, says: "no case is called 512 in training" },
    { args: ["--help"], code: 0, says: "" },
  ])("$args ends with $code", ({ args, code, says }) => {
    const { status, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8", timeout: 60_000 });
    expect(stderr).toContain(says);
    expect(status).toBe(code);
  });
});
