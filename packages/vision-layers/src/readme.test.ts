import { readmeExamples, runExample } from "@unfoldjs/config/readme";
import { describe, expect, test } from "vitest";

const examples = readmeExamples();

describe("the README's examples print what they say", () => {
  test.each(examples.map((example, i) => [i + 1, example] as const))("example %i", (_, example) => {
    const { printed, promised } = runExample(example);
    expect(printed).toEqual(promised);
  });
});
