import { expect, test } from "vitest";
import { type LinkState, readLink, writeLink } from "../labs/digits/link.ts";
import { movedTo } from "./old-links.ts";

const { run } = readLink(new URLSearchParams()).state;
const drawing = Float32Array.from({ length: 784 }, (_, i) => (i % 8) / 7);

const younger = { unseen: undefined, cell: undefined };

/** Between them they hold everything that a link of Digits can. */
const states: LinkState[] = [
  {
    run: {
      name: "A",
      lr: 0.01,
      batch: 32,
      dropout: 0.5,
      filters: 4,
      kernel: 3,
      seed: 9,
      changes: [{ step: 20, lr: 0.1 }],
      steps: 40,
    },
    others: [{ ...run, name: "B", steps: 20 }],
    view: {
      at: 20,
      sample: 3,
      drawing: undefined,
      why: 4,
      number: { layer: 1, map: 0, row: 1, column: 2 },
      ...younger,
    },
  },
  {
    run,
    others: [],
    view: { at: undefined, sample: undefined, drawing, why: undefined, number: undefined, ...younger },
  },
];

test("each setting of Digits, alone in a link to the first page, opens Digits with it", () => {
  const settings = states.flatMap((state) => [...writeLink(state)]);
  // These came when there was a home page.
  const { name: _name, ...all } = (states[0] as LinkState).run;
  const { unseen: _unseen, cell: _cell, ...view } = (states[0] as LinkState).view;
  expect(new Set(settings.map(([name]) => name)).size).toBe(Object.keys({ ...all, ...view, compare: [] }).length);
  for (const [name, text] of settings) {
    const query = new URLSearchParams([[name, text]]);
    expect(movedTo(query)).toBe(`digits/?${query}`);
  }
});

test.each(["", "lang=zh", "utm_source=x"])("%j is no link of Digits", (query) => {
  expect(movedTo(new URLSearchParams(query))).toBeUndefined();
});
