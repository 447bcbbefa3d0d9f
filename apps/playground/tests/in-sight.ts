import type { Locator, Page } from "playwright";
import { expect } from "vitest";

/** Whether all of an element is within the window, with nothing lying over its middle. */
export async function isInSight(page: Page, element: Locator): Promise<boolean> {
  const box = await element.boundingBox();
  const size = page.viewportSize();
  if (box === null || size === null) return false;
  const isWithin = box.x >= 0 && box.y >= 0 && box.x + box.width <= size.width && box.y + box.height <= size.height;
  return (
    isWithin &&
    element.evaluate(
      (own, [x = 0, y = 0]) => {
        const top = document.elementFromPoint(x, y);
        return top !== null && (own.contains(top) || top.contains(own));
      },
      [box.x + box.width / 2, box.y + box.height / 2],
    )
  );
}

/** Turns the wheel until the page is at its beginning or its end, which takes the browser some frames. */
export async function wheelTo(page: Page, end: "beginning" | "end"): Promise<void> {
  const left = (): Promise<number> =>
    page.evaluate((isEnd) => {
      const { scrollTop, scrollHeight, clientHeight } = document.documentElement;
      return isEnd ? scrollHeight - clientHeight - scrollTop : scrollTop;
    }, end === "end");
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, end === "end" ? 5000 : -5000);
      return left();
    })
    .toBeLessThan(1); // places are fractions where pixels are
}
