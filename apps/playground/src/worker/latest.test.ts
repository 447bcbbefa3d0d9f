import { expect, test } from "vitest";
import { Latest } from "./latest.ts";

test("does at once what is asked for first, and once more what is asked for meanwhile", async () => {
  const seen: number[] = [];
  let [wanted, running] = [0, 0];
  const latest = new Latest(async () => {
    expect(++running).toBe(1); // never twice at a time
    const value = wanted;
    await Promise.resolve();
    seen.push(value);
    running--;
  });
  const all = [1, 2, 3, 4].map(async (value) => {
    wanted = value;
    return latest.run();
  });
  await Promise.all(all);
  expect(seen).toEqual([1, 4]);
  wanted = 5;
  await latest.run();
  expect(seen).toEqual([1, 4, 5]);
});

test("a failure is told to whoever asked, and does not stop the next", async () => {
  let times = 0;
  const latest = new Latest(async () => {
    await Promise.resolve();
    if (++times === 1) throw new Error("lost");
  });
  const [first, second] = await Promise.allSettled([latest.run(), latest.run()]);
  expect(first.status).toBe("rejected");
  expect(second.status).toBe("fulfilled");
  expect(times).toBe(2);
});
