import { expect, test } from "vitest";
import { en as frame } from "../src/frame/texts.en.ts";
import { en } from "../src/labs/edges/texts.en.ts";
import { FLAT, moveTo, open, pin, point, sum } from "./edges.ts";
import { isInSight, wheelTo } from "./in-sight.ts";

test("a pressed number stays explained, in sight wherever one scrolls, until it is let go", async () => {
  const { page, consoleErrors } = await open({ query: FLAT, viewport: { width: 1280, height: 720 } });
  await pin(page, 1, 1);
  await moveTo(page, 3, 3);
  await page.mouse.move(5, 300);
  for (const end of ["end", "beginning", "end"] as const) {
    await wheelTo(page, end);
    await expect.poll(() => isInSight(page, page.getByTestId("sum"))).toBe(true);
    expect(await sum(page)).toBe(30);
    await page.getByRole("heading", { name: en.where(2, 2) }).waitFor();
  }
  await expect.poll(() => new URL(page.url()).searchParams.get("at")).toBe("1,1");
  await page.reload();
  await page.getByRole("button", { name: frame.letGo }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByText(frame.toPin).waitFor();
  // A page that is loaded again is scrolled to where it was.
  await wheelTo(page, "beginning");
  await point(page, 0, 0);
  await expect.poll(() => sum(page)).toBe(0);
  expect(consoleErrors).toEqual([]);
});

test("on a phone a tapped number explains itself where it is tapped", async () => {
  const { page } = await open({ query: FLAT, viewport: { width: 360, height: 740 }, hasTouch: true });
  const plane = page.getByRole("button", { name: /^What the kernel makes/ });
  await plane.tap({ position: { x: 5, y: 5 } });
  await page.getByRole("heading", { name: en.where(1, 1) }).waitFor();
  await expect.poll(() => isInSight(page, page.getByTestId("sum"))).toBe(true);
});
