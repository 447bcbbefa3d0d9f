import { expect, test } from "vitest";
import { type Bar, type Judged, judge } from "./bar.ts";

const row: Judged = {
  suite: "matmul",
  case: "511",
  where: "node",
  ours: 4,
  ratio: 1.5,
  ratioAtLeast: null,
  ceilingShare: 0.92,
  memory: { share: 0.5 },
  oursGflops: 45,
  native: { ratio: 0.25 },
  libraries: [
    { name: "ours", best: 4 },
    { name: "quick", best: 6 },
    { name: "slow", best: 400 },
  ],
};
const reference: Judged = { ...row, case: "512", oursGflops: 50 };
const inPage: Judged = { ...reference, where: "chromium", oursGflops: 10 };
const of512 = { suite: "matmul", case: "512" };

test.each<{ bar: Bar; reached: number | null; met: boolean | null }>([
  { bar: { ratio: 1.5 }, reached: 1.5, met: true },
  { bar: { ratio: 1.6 }, reached: 1.5, met: false },
  { bar: { ratio: 60, over: "slow" }, reached: 100, met: true },
  { bar: { ratio: 60, over: "absent" }, reached: null, met: null },
  { bar: { ratio: 0.2, over: "native" }, reached: 0.25, met: true },
  { bar: { atMost: 3 }, reached: 4, met: false },
  { bar: { share: 0.9, of: "arithmetic" }, reached: 0.92, met: true },
  { bar: { share: 0.6, of: "memory" }, reached: 0.5, met: false },
  { bar: { share: 0.9, ofCase: of512 }, reached: 0.9, met: true },
  { bar: { share: 0.9, ofCase: { suite: "matmul", case: "9" } }, reached: null, met: null },
])("$bar reaches $reached: $met", ({ bar, reached, met }) => {
  expect(judge(row, [bar], [inPage, reference, row])).toEqual([{ bar, reached, met }]);
});

test("a bar is judged where it is set, in Node unless it says otherwise", () => {
  const [everywhere, page]: Bar[] = [{ ratio: 1 }, { ratio: 1, where: "chromium" }];
  if (everywhere === undefined || page === undefined) throw new Error("two bars");
  expect(judge(row, [everywhere, page], []).map(({ bar }) => bar)).toEqual([everywhere]);
  expect(judge(inPage, [everywhere, page], []).map(({ bar }) => bar)).toEqual([page]);
});

test("where no peer was finished, a bar is met if it must be, and open if not", () => {
  const bounded: Judged = { ...row, ratio: null, ratioAtLeast: 30 };
  const bars: Bar[] = [{ ratio: 20 }, { ratio: 40 }, { ratio: 20, over: "native" }];
  expect(judge(bounded, bars, []).map(({ met }) => met)).toEqual([true, null, false]);
});

test("where nothing was measured, nothing is judged", () => {
  const nothing: Judged = { ...row, ours: null, ratio: null, ceilingShare: null, memory: null, oursGflops: null };
  const bars: Bar[] = [{ ratio: 1 }, { atMost: 1 }, { share: 1, of: "memory" }, { share: 1, ofCase: of512 }];
  expect(judge(nothing, bars, [reference]).map(({ met }) => met)).toEqual([null, null, null, null]);
});
