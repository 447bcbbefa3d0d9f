import { describe, expect, test } from "vitest";
import { planted } from "./planted.ts";
import { supervise } from "./supervise.ts";

const patience = { silence: 1500, one: 1500, shrinking: 60_000 };

describe("the supervisor", () => {
  test("tells what its worker says is wrong, made simpler", async () => {
    const { failures, counts } = await supervise(planted, "1 5 3", 200, [], patience);
    expect(failures.map(({ subject, problems }) => ({ subject, problems }))).toEqual([
      { subject: [5], problems: ["list: 5 is wrong"] },
    ]);
    expect(counts).toEqual({ lists: 1 });
  });

  test("sees a process that stops, and finds what stops it", { timeout: 60_000 }, async () => {
    const { failures } = await supervise(planted, "2 13 3", 200, [], patience);
    expect(failures[0]).toMatchObject({ subject: [13], problems: [expect.stringMatching(/^stops/)] });
  });

  test("ends a process that hangs, and finds what hangs it", { timeout: 60_000 }, async () => {
    const { failures } = await supervise(planted, "2 7", 200, [], patience);
    expect(failures[0]).toMatchObject({ subject: [7], problems: [expect.stringMatching(/^hangs/)] });
  });
});
