import fc from "fast-check";
import { expect, test } from "vitest";
import { TEST_PICTURES } from "./digit-files.ts";
import { type LinkState, MOST_RUNS, readLink, shaded, writeLink } from "./link.ts";
import type { NetworkNumber } from "./network-number.ts";
import { freeName, placeOfName, runName } from "./run-names.ts";
import { BATCHES, type Change, FILTERS, KERNELS, MOST_STEPS, type Run } from "./run.ts";

const read = (query: string) => readLink(new URLSearchParams(query));

/** With the digits that the address keeps. */
const rounded = (x: number): number => Number(x.toPrecision(6));
const settings = {
  lr: fc.double({ min: 1e-5, max: 1, noNaN: true }).map(rounded),
  batch: fc.constantFrom(...BATCHES),
  dropout: fc.double({ min: 0, max: 0.9, noNaN: true }).map(rounded),
};
const change: fc.Arbitrary<Change> = fc
  .tuple(
    fc.integer({ min: 1, max: MOST_STEPS }),
    fc.record(settings, { requiredKeys: [] }).filter((some) => Object.keys(some).length > 0),
  )
  .map(([step, some]) => ({ ...some, step }));
const run: fc.Arbitrary<Run> = fc.record({
  ...settings,
  filters: fc.constantFrom(...FILTERS),
  kernel: fc.constantFrom(...KERNELS),
  seed: fc.integer({ min: 0, max: 999_999 }),
  changes: fc
    .uniqueArray(change, { selector: ({ step }) => step, maxLength: 4 })
    .map((changes) => changes.toSorted((a, b) => a.step - b.step)),
  steps: fc.integer({ min: 0, max: MOST_STEPS }),
});
const number: fc.Arbitrary<NetworkNumber> = fc
  .constantFrom([1, 16, 28] as const, [2, 32, 14] as const, [3, 10, 1] as const)
  .chain(([layer, maps, side]) =>
    fc.record({
      layer: fc.constant(layer),
      map: fc.nat(maps - 1),
      row: fc.nat(side - 1),
      column: fc.nat(side - 1),
    }),
  );
/** A sample, another digit, a drawing, or nothing. */
const nothing = fc.constant(undefined);
const looked = fc.oneof(
  fc.record({ sample: fc.nat(9), drawing: nothing, unseen: nothing }),
  fc.record({ sample: nothing, drawing: nothing, unseen: fc.nat(TEST_PICTURES - 1) }),
  fc.record({
    sample: nothing,
    unseen: nothing,
    drawing: fc
      .array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 784, maxLength: 784 })
      .map((ink) => shaded(Float32Array.from(ink))),
  }),
  fc.constant({ sample: undefined, drawing: undefined, unseen: undefined }),
);
const runs = fc
  .tuple(
    run,
    fc.array(
      run.filter(({ steps }) => steps > 0),
      { maxLength: MOST_RUNS - 1 },
    ),
    fc.uniqueArray(fc.nat(80), { minLength: MOST_RUNS, maxLength: MOST_RUNS }).map((places) => places.map(runName)),
  )
  .map(([own, others, [name = "A", ...names]]) => ({
    run: { ...own, name },
    others: others.map((other, i) => ({ ...other, name: names[i] ?? "A" })),
  }));
const view = fc
  .tuple(
    looked,
    fc.record({
      at: fc.option(fc.nat(MOST_STEPS), { nil: undefined }),
      why: fc.option(fc.nat(9), { nil: undefined }),
      cell: fc.option(fc.record({ was: fc.nat(9), read: fc.nat(9) }), { nil: undefined }),
      number: fc.option(number, { nil: undefined }),
    }),
  )
  .map(([seen, rest]) => ({ ...rest, ...seen }));
const state: fc.Arbitrary<LinkState> = fc.tuple(runs, view).map(([named, seen]) => ({ ...named, view: seen }));

test("every state comes back out of its own link", () => {
  fc.assert(
    fc.property(state, (wanted) => {
      const link = writeLink(wanted).toString();
      const found = read(link);
      expect(found).toEqual({ state: wanted, refused: [] });
      expect(writeLink(found.state).toString()).toBe(link);
    }),
  );
});

test.each(["lr=0.00123456789", "changes=20:lr=0.00123456789&steps=40", "sample=none", "at=0&steps=20", "why=0"])(
  "a link written by hand means what the link to it means: %s",
  (query) => {
    const { state: once, refused } = read(query);
    expect(refused).toEqual([]);
    expect(read(writeLink(once).toString())).toEqual({ state: once, refused: [] });
  },
);

test("a usual state has a short link", () => {
  expect(writeLink(read("").state).toString()).toBe("");
});

test.each([
  ["at=-1", "at"],
  ["sample=10", "sample"],
  ["unseen=1000", "unseen"],
  ["cell=4", "cell"],
  ["drawing=AAAA", "drawing"],
  ["number=4.1.1.1", "number"],
  ["why=ten", "why"],
  ["compare=lr%3D9", "lr"],
  [Array.from({ length: MOST_RUNS }, (_, i) => `compare=seed%3D${i}`).join("&"), "compare"],
])("%s makes no sense and is named", (query, name) => {
  expect(read(query).refused).toEqual([name]);
});

test.each([
  ["name=C&compare=steps%3D20", ["C", "A"]],
  ["compare=steps%3D20%26name%3DD&compare=steps%3D40", ["A", "D", "B"]],
  ["compare=seed%3D2&compare=steps%3D40%26name%3DB", ["A", "B"]],
  ["name=A2", ["A2"]],
])("the runs of %s are %j", (query, names) => {
  const { run: own, others } = read(query).state;
  expect([own, ...others].map(({ name }) => name)).toEqual(names);
});

test.each(["name=a", "name=A1", "name=AB", "name=B&compare=steps%3D20%26name%3DB"])(
  "a name that is none, or another's, is named: %s",
  (query) => {
    expect(read(query).refused).toEqual(["name"]);
  },
);

test("a run beside that has not taken a step is none", () => {
  const { state: found, refused } = read("steps=20&compare=&compare=seed%3D4");
  expect([found.others, refused]).toEqual([[], []]);
  expect(writeLink({ ...found, others: [{ ...found.run, name: "B", steps: 0 }] }).has("compare")).toBe(false);
});

test("names go from A to Z and on, and each says which it is", () => {
  const names = Array.from({ length: 80 }, (_, i) => runName(i));
  expect([names[0], names[25], names[26], names[52]]).toEqual(["A", "Z", "A2", "A3"]);
  expect(names.map(placeOfName)).toEqual([...names.keys()]);
  expect(freeName(["A", "C"])).toBe("B");
});
