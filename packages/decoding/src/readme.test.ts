import { runReadmeExample } from "@unfoldjs/config/readme";
import { expect, test } from "vitest";

test("the README's example prints what it says", () => {
  const { printed, promised } = runReadmeExample();
  expect(printed).toEqual(promised);
});
