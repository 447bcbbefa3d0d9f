import { expect, test } from "vitest";
import { bestStep, collapsedTo } from "./collapse.ts";
import { readRun } from "./run.ts";

const run = (query: string) => readRun(new URLSearchParams(query)).state;

/** A milestone at which every digit was read as one; or, without one, each as it was. */
function milestone(step: number, only?: number) {
  const confusion = Array.from({ length: 10 }, (_, was) => {
    const row = new Uint32Array(10);
    row[only ?? was] = 100;
    return row;
  });
  return { step, loss: 0, accuracy: only === undefined ? 1 : 0.1, confusion, readings: new Uint8Array() };
}

test.each([
  {
    what: "twice one answer, and large steps",
    query: "lr=1",
    milestones: [milestone(0, 3), milestone(20, 6), milestone(40, 6)],
    digit: 6,
  },
  {
    what: "large steps that have only begun",
    query: "lr=0.01",
    milestones: [0, 1, 2, 5, 10, 20].map((step) => milestone(step, 3)),
    digit: undefined,
  },
  {
    what: "one step after the other",
    query: "lr=1",
    milestones: [milestone(0, 3), milestone(20), milestone(40, 6), milestone(41, 6)],
    digit: undefined,
  },
  { what: "only once", query: "lr=1", milestones: [milestone(0, 3), milestone(20, 6)], digit: undefined },
  {
    what: "small steps from the beginning",
    query: "lr=0.0001",
    milestones: [milestone(0, 3), milestone(20, 3), milestone(40, 3)],
    digit: undefined,
  },
  {
    what: "small steps, but it could read before",
    query: "lr=0.002",
    milestones: [milestone(0, 3), milestone(20), milestone(40, 1), milestone(60, 1)],
    digit: 1,
  },
  {
    what: "large steps from a change on",
    query: "changes=20:lr=0.5",
    milestones: [milestone(0, 3), milestone(20, 3), milestone(40, 3)],
    digit: 3,
  },
  { what: "it reads", query: "lr=1", milestones: [milestone(0, 3), milestone(20), milestone(40)], digit: undefined },
])("$what: $digit", ({ query, milestones, digit }) => {
  expect(collapsedTo({ run: run(query), milestones })).toBe(digit);
});

test("the way back is to where it read most", () => {
  const course = { run: run(""), milestones: [milestone(0, 3), milestone(20), milestone(40, 1)] };
  expect(bestStep(course)).toBe(20);
  expect(bestStep({ ...course, milestones: [milestone(0, 3)] })).toBeUndefined();
});
