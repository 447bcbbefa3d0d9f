import { expect, test } from "vitest";
import { FRESH, Reporter, type TrainingProgress } from "./run.ts";

test("a report without steps since the last one, as at the end of an epoch, tells the last loss", () => {
  const told: TrainingProgress[] = [];
  const reporter = new Reporter((progress) => void told.push(progress), 10, 0);
  const run = { ...FRESH, epochs: 1, words: 10 };
  reporter.batch(run, 0.1, { sum: 6, steps: 4 });
  reporter.say(run, 0.1);
  reporter.say(run, 0.1);
  expect(told.map(({ loss }) => loss)).toEqual([1.5, 1.5]);
});
