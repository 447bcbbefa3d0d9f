import { grad, gradcheck } from "@unfoldjs/autograd";
import { Adam, backward, decodeModel, encodeModel } from "@unfoldjs/nn";
import {
  Generator,
  IndexError,
  memory,
  ones,
  scope,
  type Shape,
  ShapeError,
  tensor,
  type Tensor,
  ValueError,
  where,
  zeros,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import fixtures from "../fixtures/tagging.json" with { type: "json" };
import { layers } from "../layers.ts";
import { lengthsToMask } from "../lengths/lengths-to-mask.ts";
import { differences, fill, sortedWeights, values } from "../testing/pattern.ts";
import { bioConstraints, type TagConstraints } from "./constraints.ts";
import { CRF, type LikelihoodOptions } from "./crf.ts";

// tooling/oracle/sequence-attention says how the fixtures are made.

type Whole = Tensor<Shape, "i32">;
const numbers = (x: Tensor): number[] => [...x.data()];
const near = (all: readonly number[], digits = 4): unknown[] => all.map((each) => expect.closeTo(each, digits));
const LENGTHS = [5, 1, 3];
const lengths = (): Whole => tensor(LENGTHS, "i32");
const emissionsOf = (tags: number): Tensor => values([3, 5, tags], 1, 1.5);
const tagsOf = (tags: number): Whole =>
  tensor(
    [0, 1, 2].map((row) => [0, 1, 2, 3, 4].map((at) => (3 * row + 2 * at) % tags)),
    "i32",
  );

const cases = {
  "3 tags, sum": { tags: 3, hasLengths: false, reduction: "sum" },
  "3 tags with lengths, mean": { tags: 3, hasLengths: true, reduction: "mean" },
  "5 tags with lengths, token_mean": { tags: 5, hasLengths: true, reduction: "token_mean" },
} as const satisfies Record<keyof typeof fixtures.crf, object>;

test.each(Object.entries(cases))(
  "a CRF of %s is pytorch-crf's, and so are its gradients",
  (name, { tags, hasLengths, reduction }) => {
    const wanted = fixtures.crf[name as keyof typeof cases];
    const crf = fill(new CRF(tags, { batchFirst: true }));
    scope(() => {
      const given = hasLengths ? { lengths: lengths() } : {};
      const emissions = emissionsOf(tags);
      const each = crf.forward(emissions, tagsOf(tags), { ...given, reduction: "none" });
      expect(differences("likelihood", each, wanted.likelihood)).toEqual([]);
      const weights = sortedWeights(crf);
      const loss = (leaves: Tensor[]): Tensor =>
        crf.forward(leaves[0] as Tensor, tagsOf(tags), { ...given, reduction });
      expect(differences("reduced", loss([emissions]), wanted.reduced)).toEqual([]);
      const gradients = grad(loss)([emissions, ...weights.map(([, weight]) => weight)]) as Tensor[];
      const names = ["emissions", ...weights.map(([key]) => key)];
      expect(names).toEqual(Object.keys(wanted.gradients));
      const due: Readonly<Record<string, string>> = wanted.gradients;
      expect(names.flatMap((key, at) => differences(key, gradients[at], due[key] ?? ""))).toEqual([]);
      expect(crf.decode(emissions, given).map(([best]) => best?.tags)).toEqual(wanted.decoded);
      // With time first, it is the same.
      const other = fill(new CRF(tags));
      const turned = other.forward(emissions.transpose(0, 1), tagsOf(tags).transpose(0, 1), {
        ...given,
        reduction: "none",
      });
      expect(numbers(turned)).toEqual(near(numbers(each), 5));
      expect(other.decode(emissions.transpose(0, 1), given)).toEqual(crf.decode(emissions, given));
      other.dispose();
    });
  },
);

/** All sequences of tags of a length, with their scores by the definition, best first. */
function everyPath(
  crf: CRF,
  emissions: readonly (readonly number[])[],
  allowed?: TagConstraints,
): { tags: number[]; score: number }[] {
  const [start, end] = [numbers(crf.startTransitions), numbers(crf.endTransitions)];
  const transitions = crf.transitions.toArray();
  let paths: number[][] = [[]];
  for (let at = 0; at < emissions.length; at++) {
    paths = paths.flatMap((path) => Array.from({ length: crf.numTags }, (_, tag) => [...path, tag]));
  }
  const isAllowed = (path: readonly number[]): boolean =>
    allowed === undefined ||
    ((allowed.start[path[0] ?? 0] ?? false) &&
      (allowed.end[path.at(-1) ?? 0] ?? false) &&
      path.slice(1).every((to, at) => allowed.transitions[path[at] ?? 0]?.[to]));
  return paths
    .filter(isAllowed)
    .map((tags) => {
      const inner = tags.map(
        (tag, at) => (emissions[at]?.[tag] ?? 0) + (at === 0 ? 0 : (transitions[tags[at - 1] ?? 0]?.[tag] ?? 0)),
      );
      const score = inner.reduce((sum, each) => sum + each, (start[tags[0] ?? 0] ?? 0) + (end[tags.at(-1) ?? 0] ?? 0));
      return { tags, score };
    })
    .toSorted((a, b) => b.score - a.score);
}

const LABELS = ["O", "B-PER", "I-PER", "I-LOC"];

describe.each([
  ["without constraints", undefined],
  ["with those of chunks", bioConstraints(LABELS)],
])("every sequence of tags one by one, %s", (_, constraints) => {
  const tags = LABELS.length;
  const crf = fill(new CRF(tags, { batchFirst: true, ...(constraints === undefined ? {} : { constraints }) }));
  const emissions = values([3, 5, tags], 2, 2);
  const rows = emissions.toArray();
  const all = LENGTHS.map((length, item) => everyPath(crf, rows[item]?.slice(0, length) ?? [], constraints));
  const totals = all.map((paths) => Math.log(paths.reduce((sum, { score }) => sum + Math.exp(score), 0)));

  test("gives the likelihood, of each of them", () => {
    scope(() => {
      for (const at of [0, 1, 7]) {
        const chosen = all.map((paths) => paths[at % paths.length] as { tags: number[]; score: number });
        const padded = chosen.map((path) => [...path.tags, 99, 99, 99, 99].slice(0, 5)); // what stands in the padding is no tag
        const found = crf.forward(emissions, tensor(padded, "i32") as Whole, { lengths: lengths(), reduction: "none" });
        expect(numbers(found)).toEqual(near(chosen.map(({ score }, item) => score - (totals[item] ?? 0))));
      }
    });
  });

  test("gives the best ones in their order", () => {
    const found = crf.decode(emissions, { lengths: lengths(), nBest: 9 });
    for (const [item, paths] of all.entries()) {
      const wanted = paths.slice(0, 9);
      expect(found[item]?.map((path) => path.tags)).toEqual(wanted.map((path) => path.tags));
      expect(found[item]?.map(({ score }) => score)).toEqual(near(wanted.map(({ score }) => score)));
    }
    const single = crf.decode(emissions, { lengths: lengths() });
    expect(single.map((paths) => paths.length)).toEqual([1, 1, 1]);
    expect(single.map(([best]) => best?.tags)).toEqual(found.map(([best]) => best?.tags));
  });

  test("gives the marginals", () => {
    scope(() => {
      const found = crf.marginals(emissions, { lengths: lengths() }).toArray();
      for (const [item, paths] of all.entries()) {
        for (let step = 0; step < 5; step++) {
          const wanted = Array.from({ length: tags }, (__, tag) =>
            step >= (LENGTHS[item] ?? 0)
              ? 0
              : paths.reduce(
                  (sum, path) => sum + (path.tags[step] === tag ? Math.exp(path.score - (totals[item] ?? 0)) : 0),
                  0,
                ),
          );
          expect(found[item]?.[step]).toEqual(near(wanted));
        }
      }
    });
  });
});

describe("a CRF", () => {
  const crf = fill(new CRF(3, { batchFirst: true }));

  test("has the gradients of differences, twice", () => {
    const { ok, report } = gradcheck(
      (emissions: Tensor) => crf.forward(emissions, tagsOf(3), { lengths: lengths(), reduction: "none" }),
      emissionsOf(3),
    );
    expect(ok ? "" : report).toBe("");
    const twice = gradcheck(
      (emissions: Tensor) => crf.marginals(emissions, { lengths: lengths() }),
      values([3, 5, 3], 4),
    );
    expect(twice.ok ? "" : twice.report).toBe("");
  });

  test("is not changed by padding, of numbers or not, and a batch is its sequences", () => {
    scope(() => {
      const mask = lengthsToMask(tensor(LENGTHS, "i32"), 5).unsqueeze(2) as Tensor<Shape, "bool">;
      const noise = where(mask, emissionsOf(3), ones([]).mul(Number.NaN));
      const options = { lengths: lengths(), reduction: "none" } as const;
      const likelihood = numbers(crf.forward(emissionsOf(3), tagsOf(3), options));
      expect(numbers(crf.forward(noise, tagsOf(3), options))).toEqual(likelihood);
      expect(crf.decode(noise, { lengths: lengths() })).toEqual(crf.decode(emissionsOf(3), { lengths: lengths() }));
      const gradient = grad((x: Tensor) => crf.forward(x, tagsOf(3), { lengths: lengths() }))(noise);
      expect(numbers(gradient).every(Number.isFinite)).toBe(true);
      for (const [item, length] of LENGTHS.entries()) {
        const alone = emissionsOf(3)
          .slice(0, item, item + 1)
          .slice(1, 0, length);
        const tags = tagsOf(3)
          .slice(0, item, item + 1)
          .slice(1, 0, length);
        expect(numbers(crf.forward(alone, tags))).toEqual(near(likelihood.slice(item, item + 1)));
      }
    });
  });

  test("of a sequence without steps is certain of nothing", () => {
    scope(() => {
      const options = { lengths: tensor([0, 5, 2], "i32") as Whole };
      const each = numbers(crf.forward(emissionsOf(3), tagsOf(3), { ...options, reduction: "none" }));
      expect(each[0]).toBe(0);
      expect(each.every(Number.isFinite)).toBe(true);
      expect(crf.decode(emissionsOf(3), options)[0]).toEqual([{ tags: [], score: 0 }]);
      expect(numbers(crf.marginals(emissionsOf(3), options).slice(0, 0, 1)).every((p) => p === 0)).toBe(true);
      const none = crf.forward(values([2, 0, 3], 1), zeros([2, 0], "i32"), { reduction: "none" });
      expect(numbers(none)).toEqual([0, 0]);
    });
  });

  test("learns what follows what, and leaves nothing behind", () => {
    const model = new CRF(3, { batchFirst: true, generator: new Generator(1) });
    const optimizer = new Adam(model.parameters(), { learningRate: 0.1 });
    const step = (): number =>
      scope(() => {
        const flat = ones([2, 6, 3]).mul(0); // the steps themselves say nothing
        const tags = tensor(
          [
            [0, 1, 2, 0, 1, 2],
            [1, 2, 0, 1, 2, 0],
          ],
          "i32",
        ) as Whole;
        const loss = backward(model, () => model.forward(flat, tags, { reduction: "token_mean" }).neg());
        optimizer.step();
        return loss;
      });
    const first = step();
    step();
    const before = { tensors: memory().tensors, bytes: memory().bytes };
    for (let at = 0; at < 60; at++) step();
    expect({ tensors: memory().tensors, bytes: memory().bytes }).toEqual(before);
    expect(first).toBeGreaterThan(1);
    expect(step()).toBeLessThan(0.15);
    const paths = scope(() => model.decode(ones([1, 4, 3]) as Tensor));
    expect(paths[0]?.[0]?.tags.slice(1)).toEqual(paths[0]?.[0]?.tags.slice(0, 3).map((tag) => (tag + 1) % 3));
    model.dispose();
  });

  test("has pytorch-crf's names and first values, and is written and read again", () => {
    const made = new CRF(4, { batchFirst: true, constraints: bioConstraints(LABELS), generator: new Generator(1) });
    expect(Object.entries(made.stateDict()).map(([name, { shape }]) => [name, shape])).toEqual([
      ["start_transitions", [4]],
      ["transitions", [4, 4]],
      ["end_transitions", [4]],
    ]);
    const largest = Math.max(...numbers(made.transitions).map(Math.abs));
    expect(largest).toBeLessThanOrEqual(0.1);
    expect(largest).toBeGreaterThan(0.05);
    const built = decodeModel(encodeModel(made, { layers }), { layers }) as CRF;
    expect(String(built)).toBe(String(made));
    expect(built.decode(values([1, 4, 4], 3))).toEqual(made.decode(values([1, 4, 4], 3)));
    for (const each of [made, built]) each.dispose();
  });

  test("takes emissions of −∞ for what cannot be, in the padding's neighbours too, and none that is NaN", () => {
    const tagger = fill(new CRF(2, { batchFirst: true }));
    const rows = [
      [
        [-Infinity, 0.5],
        [0.25, -1],
      ],
      [
        [1, 2],
        [0, 0],
      ],
    ];
    const given = (options: LikelihoodOptions): number[] =>
      numbers(
        tagger.forward(
          tensor(rows),
          tensor(
            [
              [1, 0],
              [0, 0],
            ],
            "i32",
          ) as Whole,
          { reduction: "none", ...options },
        ),
      );
    // What is forbidden is as one of so low a score, and a shorter sequence beside it is what it is alone.
    const low = tagger.forward(
      tensor(rows).maximum(-1e6),
      tensor(
        [
          [1, 0],
          [0, 0],
        ],
        "i32",
      ) as Whole,
      { reduction: "none" },
    );
    expect(given({})).toEqual(near(numbers(low)));
    const [whole, short] = given({ lengths: tensor([2, 1], "i32") });
    const alone = tagger.forward(tensor(rows).slice(0, 1).slice(1, 0, 1), tensor([[0]], "i32") as Whole);
    expect([whole, short]).toEqual(near([numbers(low)[0] as number, alone.item()]));
    expect(() => tagger.decode(tensor(rows).mul(NaN))).toThrow(/emissions must be numbers[^]*item +0[^]*step +0/);
    expect(tagger.decode(tensor(rows))[0]?.[0]?.tags[0]).toBe(1);
    tagger.dispose();
  });

  test("refuses what does not fit", () => {
    expect(() => crf.forward(emissionsOf(4), tagsOf(3))).toThrow(ShapeError);
    expect(() => crf.forward(emissionsOf(3), tagsOf(4))).toThrow(/tags must be in 0…2/);
    expect(() => crf.forward(emissionsOf(3), tagsOf(3), { lengths: tensor([6, 1, 1], "i32") as Whole })).toThrow(
      IndexError,
    );
    expect(() => crf.decode(emissionsOf(3), { nBest: 1e6 })).toThrow(/at most 65536/);
    expect(() => new CRF(0)).toThrow(ValueError);
    expect(() => new CRF(2, { constraints: bioConstraints(LABELS) })).toThrow(/for 2 tags/);
  });
});

describe("constraints of chunks", () => {
  const follow = (labels: readonly string[], scheme?: "BIO" | "BIOES"): Record<string, string> => {
    const { transitions } = bioConstraints(labels, scheme);
    return Object.fromEntries(
      labels.map((from, at) => [from, labels.filter((_, to) => transitions[at]?.[to]).join(" ")]),
    );
  };

  test("let an inner word follow its own chunk alone", () => {
    expect(follow(["O", "B-X", "I-X", "B-Y", "I-Y"])).toEqual({
      O: "O B-X B-Y",
      "B-X": "O B-X I-X B-Y",
      "I-X": "O B-X I-X B-Y",
      "B-Y": "O B-X B-Y I-Y",
      "I-Y": "O B-X B-Y I-Y",
    });
    expect(bioConstraints(["O", "B-X", "I-X"])).toMatchObject({ start: [true, true, false], end: [true, true, true] });
  });

  test("of five kinds close what they open", () => {
    expect(follow(["O", "B-X", "I-X", "E-X", "S-X", "E-Y"], "BIOES")).toEqual({
      O: "O B-X S-X",
      "B-X": "I-X E-X",
      "I-X": "I-X E-X",
      "E-X": "O B-X S-X",
      "S-X": "O B-X S-X",
      "E-Y": "O B-X S-X",
    });
    expect(bioConstraints(["O", "B-X", "E-X"], "BIOES")).toMatchObject({
      start: [true, true, false],
      end: [true, false, true],
    });
  });

  test("know labels of their scheme alone", () => {
    expect(() => bioConstraints(["O", "S-X"])).toThrow(/O, B-…, I-…/);
    expect(() => bioConstraints(["B"])).toThrow(ValueError);
    expect(() => bioConstraints(["O"], "IOB" as never)).toThrow(/"BIO" or "BIOES"/);
  });
});
