import { expect, test } from "vitest";
import { en } from "../src/labs/edges/texts.en.ts";
import { FLAT, open, pin, point, sum, table, upload } from "./edges.ts";
import { png } from "./png.ts";

test.each([
  ["with a size", `width="40" height="30"`, en.sizes("40 × 30", "38 × 28")],
  ["without one", `viewBox="0 0 40 30"`, /→/],
  ["of a wall's size", `width="120000" height="90000"`, en.sizes("256 × 192", "254 × 190")],
])("a drawing (SVG) %s is a picture as any other", async (_what, size, sizes) => {
  const { page, consoleErrors } = await open({ query: FLAT });
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect width="50%" height="100%" fill="#c8c8c8"/></svg>`;
  const file = { name: "drawing.svg", mimeType: "image/svg+xml", buffer: Buffer.from(drawing) };
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByText(en.ownStays).waitFor();
  await page.getByTestId("sizes").filter({ hasText: sizes }).waitFor();
  await pin(page, 5, 5);
  await expect.poll(() => table(page, en.patch)).toEqual(Array.from({ length: 9 }, () => 200));
  expect(consoleErrors).toEqual([]);
});

test("a text named .png is refused by name, and what was there stays", async () => {
  const { page, consoleErrors } = await open();
  const before = await sum(page);
  await upload(page, "letter.png", Buffer.from("Dear reader"));
  const notice = page.getByRole("alert").filter({ hasText: en.notPicture("letter.png") });
  await notice.getByRole("button", { name: en.openPhoto }).waitFor();
  await expect.poll(() => page.getByTestId("picture-size").innerText()).toBe("202 × 256");
  await expect.poll(() => sum(page)).toBe(before);
  expect(consoleErrors).toEqual([]);
});

test("a photo of a hundred megapixels is worked on in small", async () => {
  const { page, consoleErrors } = await open();
  await upload(
    page,
    "large.png",
    png(10_000, 10_000, (_row, column) => (column < 5000 ? 200 : 40)),
  );
  await page.getByText(en.sizes("256 × 256", "254 × 254")).waitFor({ timeout: 60_000 });
  await point(page, 100, 10);
  await expect.poll(() => table(page, en.patch)).toEqual(Array.from({ length: 9 }, () => 200));
  expect(consoleErrors).toEqual([]);
});

test("a photo is dropped and pasted as well as chosen", async () => {
  const { page, consoleErrors } = await open();
  const give = (kind: "drop" | "paste", width: number): Promise<void> =>
    page.evaluate(
      ({ kind: type, bytes }) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(bytes)], "photo.png", { type: "image/png" }));
        const event =
          type === "drop"
            ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
            : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
        document.body.dispatchEvent(event);
      },
      { kind, bytes: [...png(width, 8, (row) => 9 * row)] },
    );
  await give("drop", 12);
  await page.getByText(en.sizes("12 × 8", "10 × 6")).waitFor();
  await give("paste", 14);
  await page.getByText(en.sizes("14 × 8", "12 × 6")).waitFor();
  expect(consoleErrors).toEqual([]);
});
