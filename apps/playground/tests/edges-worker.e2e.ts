import type { MemoryUse } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { en as frame } from "../src/frame/texts.en.ts";
import { namedKernels } from "../src/labs/edges/kernels.ts";
import { en } from "../src/labs/edges/texts.en.ts";
import { choose, FLAT, open, pin, sum, table } from "./edges.ts";
import { memoryOf } from "./library-memory.ts";

test("a killed worker is started again, says so, and computes what was asked for meanwhile", async () => {
  const { page } = await open({ query: `${FLAT}&at=1,1` });
  await page.workers()[0]?.evaluate(() => self.close());
  await choose(page, en.mode, en.convolution);
  await page
    .getByRole("alert")
    .filter({ hasText: frame.workerLost("it does not answer any more") })
    .waitFor();
  await expect.poll(() => sum(page)).toBe(-30);
  await pin(page, 2, 0);
  await expect.poll(() => sum(page)).toBe(0);
});

test("holds no more memory after a hundred kernels than after ten", async () => {
  const { page, consoleErrors } = await open();
  const change = async (times: number): Promise<MemoryUse> => {
    for (let i = 0; i < times; i++) {
      const named = namedKernels[i % namedKernels.length];
      if (named === undefined) throw new Error("the library names no kernels");
      const { family, form, kernel } = named;
      await choose(page, en.families[family], en.forms[form]);
      await expect.poll(() => table(page, en.weights)).toEqual(kernel);
    }
    return memoryOf(page);
  };
  const early = await change(10);
  await change(100);
  await expect.poll(() => memoryOf(page)).toEqual(early);
  expect(consoleErrors).toEqual([]);
});
