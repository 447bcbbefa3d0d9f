import { expect, test } from "vitest";
import { begunRun, FRESH, Reporter, type TrainingProgress } from "./run.ts";

test("a report without steps since the last one, as at the end of an epoch, tells the last loss", () => {
  const told: TrainingProgress[] = [];
  const reporter = new Reporter((progress) => void told.push(progress), 10, 0);
  const run = { ...FRESH, epochs: 1, words: 10 };
  reporter.batch(run, 0.1, { sum: 6, steps: 4 });
  reporter.say(run, 0.1);
  reporter.say(run, 0.1);
  expect(told.map(({ loss }) => loss)).toEqual([1.5, 1.5]);
});

test("a training that was ended before it learnt anything may have other epochs, or goes on with its own", () => {
  const ended = { ...FRESH, epochs: 7, earlier: 30, losses: [{ sum: 0, steps: 0 }] };
  expect(begunRun("train", ended, 3, 5)).toEqual({ ...FRESH, epochs: 3, earlier: 30 });
  expect(begunRun("train", ended, undefined, 5)).toBe(ended);
  expect(() => begunRun("train", { ...ended, pieces: 1, words: 4 }, 3, 5)).toThrow(/was broken off/);
  expect(() => begunRun("train", { ...ended, epoch: 1, words: 4 }, 3, 5)).toThrow(/was broken off/);
});
