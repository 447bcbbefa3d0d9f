import { expect, test } from "vitest";
import { changedAt, readRun, type Run, settingsAt, writeRun } from "./run.ts";

const run = (query: string): Run => readRun(new URLSearchParams(query)).state;

test.each([
  "",
  "lr=0.01&steps=300",
  "batch=32&filters=4&kernel=3&seed=7",
  "changes=120:lr=0.01;200:batch=32&steps=240",
])("an address is read and written back: %s", (query) => {
  const state = run(query);
  expect(readRun(writeRun(state))).toEqual({ state, refused: [] });
});

test("several settings may change at one step", () => {
  const state = changedAt(run("steps=100"), 100, { lr: 0.01, dropout: 0.5 });
  expect(state.changes).toEqual([{ step: 100, lr: 0.01, dropout: 0.5 }]);
  expect(readRun(new URLSearchParams(writeRun(state).toString())).state).toEqual(state);
});

test.each([
  ["lr=abc", "lr"],
  ["lr=", "lr"],
  ["batch=65", "batch"],
  ["seed=1.5", "seed"],
  ["changes=20", "changes"],
  ["changes=20:lr=9", "changes"],
  ["changes=40:lr=0.1;20:lr=0.2", "changes"],
])("%s makes no sense and is named", (query, name) => {
  const { state, refused } = readRun(new URLSearchParams(query));
  expect(refused).toEqual([name]);
  expect(state).toEqual(run(""));
});

test("settings hold from their step on", () => {
  const state = run("changes=10:lr=0.01;20:batch=32");
  expect([9, 10, 20].map((step) => settingsAt(state, step))).toEqual([
    { lr: 0.002, batch: 64, dropout: 0.25 },
    { lr: 0.01, batch: 64, dropout: 0.25 },
    { lr: 0.01, batch: 32, dropout: 0.25 },
  ]);
});

test("a change back to what was is none", () => {
  const changed = changedAt(run("steps=40"), 40, { lr: 0.01 });
  expect(changedAt(changed, 40, { lr: 0.002 }).changes).toEqual([]);
});

test("a branch is its origin up to where it branched, and goes its own way from there", () => {
  const origin = run("changes=10:lr=0.01&steps=100");
  const branch = changedAt(origin, 40, { batch: 32 });
  for (const step of [0, 10, 39]) expect(settingsAt(branch, step)).toEqual(settingsAt(origin, step));
  expect(settingsAt(branch, 40)).toEqual({ ...settingsAt(origin, 40), batch: 32 });
  expect(branch.steps).toBe(40);
});
