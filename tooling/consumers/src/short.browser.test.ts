import { afterAll, describe, expect, test } from "vitest";
import { consumers } from "./consumers.ts";
import { disagreements } from "./results.ts";
import { openWorkshop } from "./workshop.ts";

describe("consumers that open a page", () => {
  const workshop = openWorkshop();
  afterAll(workshop.close);

  // In development and built, on the main thread and in a worker: all must agree.
  test.each(consumers.filter(({ short, needs }) => short && needs === "browser"))("$name", async (consumer) => {
    expect(disagreements(await workshop.attempt(consumer))).toEqual([]);
  });
});
