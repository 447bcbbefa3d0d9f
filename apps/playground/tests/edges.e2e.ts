import { edgeKernels } from "@unfoldjs/vision-layers";
import { expect, test } from "vitest";
import { kernelNamed } from "../src/labs/edges/kernels.ts";
import { en } from "../src/labs/edges/texts.en.ts";
import { zh } from "../src/labs/edges/texts.zh.ts";
import { seriousProblems } from "./accessible.ts";
import { compareWithBaseline } from "./baseline.ts";
import { FLAT, open, sum, table } from "./edges.ts";

test("opens with the sample already filtered, and no error", async () => {
  const { page, consoleErrors } = await open();
  await expect.poll(() => page.getByTestId("sizes").innerText()).toBe(en.sizes("202 × 256", "200 × 254"));
  await expect.poll(() => table(page, en.weights)).toEqual(edgeKernels.sobel.vertical.flat());
  await expect.poll(() => sum(page)).not.toBe(0);
  expect(consoleErrors).toEqual([]);
});

test("speaks the other language without losing its place", async () => {
  const { page } = await open({ query: `${FLAT}&at=1,1` });
  await page.getByRole("button", { name: "中文" }).click();
  await page.getByRole("heading", { level: 1, name: zh.title }).waitFor();
  await page.getByRole("heading", { name: zh.where(2, 2) }).waitFor();
  await expect.poll(() => sum(page)).toBe(30);
});

test("goes by keyboard alone: kernel, padding and point", async () => {
  const { page } = await open({ query: `${FLAT}&at=1,1` });
  /** Presses Tab until what has the focus answers to the name. */
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      const focused = page.locator(":focus");
      const label = (await focused.getAttribute("aria-label")) ?? (await focused.locator("xpath=..").innerText());
      if (name.test(label)) return;
    }
    throw new Error(`Tab does not come to ${name}`);
  };
  await tabTo(/^vertical$/);
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => table(page, en.weights)).toEqual(kernelNamed("prewitt.horizontal"));
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => sum(page)).toBe(30);
  await tabTo(/^valid$/);
  await page.keyboard.press("ArrowRight");
  await page.getByText(en.sizes("6 × 6", "6 × 6")).waitFor();
  await tabTo(/^What the kernel makes/);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter"); // the link's number is pinned: this one takes its place
  await page.getByRole("heading", { name: en.where(2, 1) }).waitFor();
  await expect.poll(() => sum(page)).toBe(-30);
});

test("at 820 pixels the kernels to choose stand beside the one to write, and the sum in one line", async () => {
  const { page, consoleErrors } = await open({ query: "at=90,40", viewport: { width: 820, height: 1180 } });
  const isBeside = async (): Promise<boolean> => {
    const [write, choices] = await Promise.all(
      [page.getByRole("group", { name: en.kernel, exact: true }), page.getByRole("group", { name: en.named })].map(
        (part) => part.boundingBox(),
      ),
    );
    if (!write || !choices) return false;
    return choices.x > write.x + write.width && choices.y < write.y + write.height;
  };
  await expect.poll(isBeside).toBe(true);
  const middleOf = async (id: string): Promise<number> => {
    const box = await page.getByTestId(id).boundingBox();
    return (box?.y ?? NaN) + (box?.height ?? NaN) / 2;
  };
  await expect.poll(async () => Math.abs((await middleOf("terms")) - (await middleOf("sum")))).toBeLessThan(4);
  expect(consoleErrors).toEqual([]);
});

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };

test.each([
  { name: "edges-plane-light", query: `${FLAT}&at=1,1`, viewport: DESKTOP, colorScheme: "light" },
  {
    name: "edges-gradient-dark",
    query: "measure=direction&picture=step&padding=same&at=2,2",
    viewport: DESKTOP,
    colorScheme: "dark",
  },
  { name: "edges-volume-dark", query: "view=volume&step=20", viewport: DESKTOP, colorScheme: "dark" },
  {
    name: "edges-plane-phone",
    query: `${FLAT}&at=0,1&padding=same&mode=convolution&lang=zh`,
    viewport: PHONE,
    colorScheme: "dark",
  },
  { name: "edges-volume-phone", query: "view=volume&step=5", viewport: PHONE, colorScheme: "light" },
] as const)("$name looks as it did, fits, and shuts nobody out", async ({ name, ...opening }) => {
  const { page, consoleErrors } = await open(opening);
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(opening.viewport.width);
  expect(await seriousProblems(page)).toEqual([]);
  await compareWithBaseline(page, name);
  expect(consoleErrors).toEqual([]);
});
