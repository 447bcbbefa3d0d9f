import { expect, test } from "vitest";
import { brief, chosenShare, count, duration, exact, onAxis, percent, rate } from "./numbers.ts";

test.each([
  [percent(0.9741), "97.4%"],
  [percent(1), "100.0%"],
  [percent(0.9741, 0), "97%"],
  [chosenShare(0.25), "25%"],
  [chosenShare(0.125), "12.5%"],
  [count(12_480), "12,480"],
  [brief(200_000), "200K"],
  [brief(30), "30"],
  [rate(11_847), "11,800"],
  [exact(0.00001), "0.00001"],
  [exact(0.002), "0.002"],
])("%s is written %s", (written, wanted) => {
  expect(written).toBe(wanted);
});

test.each([
  [0.26, "0.3 sec", "0.3秒"],
  [12.4, "12 sec", "12秒"],
  [59.6, "1 min", "1分钟"],
  [1800, "30 min", "30分钟"],
  [7530, "2 hr 6 min", "2小时 6分钟"],
  [7199, "2 hr 0 min", "2小时 0分钟"],
])("%d seconds are %s, %s", (seconds, en, zh) => {
  expect([duration(seconds, "en"), duration(seconds, "zh")]).toEqual([en, zh]);
});

test.each([
  [0.5, ["0.0", "0.5", "1.0"]],
  [0.25, ["0.00", "0.25", "0.50"]],
  [1, ["0.0", "1.0", "2.0"]],
  [0.01, ["0.00", "0.01", "0.02"]],
])("numbers of an axis that lie %d apart are %j", (distance, written) => {
  expect([0, 1, 2].map((i) => onAxis(i * distance, distance))).toEqual(written);
});
