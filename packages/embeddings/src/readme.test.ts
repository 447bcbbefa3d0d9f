import { readmeExamples, runExample } from "@unfoldjs/config/readme";
import { expect, test } from "vitest";

test.each(readmeExamples())("the README's example prints what it says: %s", (example) => {
  const { printed, promised } = runExample(example);
  expect(printed).toEqual(promised);
});
