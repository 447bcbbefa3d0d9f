import { queryObjects } from "node:v8";
import { expect, test } from "vitest";
import { UntilLost } from "./until-lost.ts";

test("waits come to what they wait for, or fail with it", async () => {
  const calls = new UntilLost();
  expect(await calls.wait(Promise.resolve(5))).toBe(5);
  await expect(calls.wait(Promise.reject(new Error("refused")))).rejects.toThrow("refused");
});

test("all that are open fail once it is lost, and so does each that comes after", async () => {
  const calls = new UntilLost();
  const open = [1, 2].map(() => calls.wait(new Promise<never>(() => {})));
  const settled = Promise.allSettled(open);
  calls.lose(new Error("gone"));
  calls.lose(new Error("gone again"));
  const reasons = (await settled).map((result) => result.status === "rejected" && String(result.reason));
  expect(reasons).toEqual(["Error: gone", "Error: gone"]);
  await expect(calls.wait(Promise.resolve(1))).rejects.toThrow("gone");
});

test("nothing is kept of waits that are over", async () => {
  const calls = new UntilLost();
  /** Those that something holds, once the rest has been collected. */
  const promises = (): number => queryObjects(Promise, { format: "count" });
  const before = promises();
  for (let i = 0; i < 1000; i++) await calls.wait(Promise.resolve(i));
  expect(promises() - before).toBeLessThan(100);
  expect(calls).toBeInstanceOf(UntilLost); // it is held itself
});
