import { expect, test } from "vitest";
import { en } from "../src/labs/edges/texts.en.ts";
import { open, table } from "./edges.ts";
import { hide } from "./hidden.ts";

const FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

test("the camera is filtered live, rests while the page is hidden, and stops", async () => {
  const { page, consoleErrors } = await open({ launchArgs: FAKE_CAMERA, permissions: ["camera"] });
  const isBlack = async (): Promise<boolean> => {
    const patch = await table(page, en.patch);
    return patch.every((x) => x === 0);
  };
  await page.getByRole("button", { name: en.camera, exact: true }).click();
  await page.getByTestId("rate").getByText("pictures/s").waitFor();
  await page.getByText(en.sizes("256 × 192", "254 × 190")).waitFor();
  await expect.poll(isBlack).toBe(false);
  await hide(page, true);
  await expect.poll(isBlack).toBe(true);
  await hide(page, false);
  await expect.poll(isBlack).toBe(false);
  await page.getByRole("button", { name: en.stopCamera }).click();
  await page.getByText(en.ownStays).waitFor();
  expect(consoleErrors).toEqual([]);
});

test.each([
  { what: "refused", launchArgs: ["--use-fake-device-for-media-stream"], text: en.cameraReasons.refused },
  { what: "not there", launchArgs: ["--use-fake-ui-for-media-stream"], text: en.cameraReasons.none },
])("a camera that is $what is a notice with a way out", async ({ launchArgs, text }) => {
  const { page, consoleErrors } = await open({ launchArgs });
  await page.getByRole("button", { name: en.camera, exact: true }).click();
  const notice = page.getByRole("alert").filter({ hasText: text });
  const chooser = page.waitForEvent("filechooser");
  await notice.getByRole("button", { name: en.openPhoto }).click();
  await chooser;
  expect(consoleErrors).toEqual([]);
});
