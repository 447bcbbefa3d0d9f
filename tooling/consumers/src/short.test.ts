import { afterAll, describe, expect, test } from "vitest";
import { consumers } from "./consumers.ts";
import { disagreements, readResults } from "./results.ts";
import { share, train } from "./training.ts";
import { openWorkshop } from "./workshop.ts";

// The packed packages must train what the sources do.
const fromSource = readResults(train(), 1);

test("the program shares work between two threads, from source too", async () => {
  expect(await share()).toBe("shared by 2 threads");
});

describe("consumers that need no browser", () => {
  const workshop = openWorkshop();
  afterAll(workshop.close);

  test.each(consumers.filter(({ short, needs }) => short && needs === undefined))("$name", async (consumer) => {
    expect(disagreements([...fromSource, ...(await workshop.attempt(consumer))])).toEqual([]);
  });
});
