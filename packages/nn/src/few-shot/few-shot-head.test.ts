import { concat, fromArray, Generator, memory, type Shape, softmax, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import type { Linear } from "../layers/linear.ts";
import { fewShotHead } from "./few-shot-head.ts";
import fixtures from "./few-shot-fixtures.json" with { type: "json" };

const i32 = (labels: readonly number[]): Tensor<Shape, "i32"> => fromArray(Int32Array.from(labels));

/** The largest difference of two numbers. */
function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? NaN))), 0);
}

/** Classes around centres of their own, in `size` features. */
function drawnAround(seed: number, each: number, classes: number, size: number, spread: number) {
  const generator = new Generator(seed);
  const centres = generator.normal([classes, size]);
  const labels = Array.from({ length: each * classes }, (_, at) => at % classes);
  const draw = (own: readonly number[]): Tensor =>
    generator
      .normal([own.length, size])
      .mul(spread)
      .add<Shape, Shape>(centres.at(own) as Tensor);
  const asked = Array.from({ length: 1000 }, (_, at) => at % classes);
  return { features: draw(labels), labels: i32(labels), unseen: draw(asked), asked };
}

describe("fewShotHead", () => {
  test.each(fixtures.rows)("has scikit-learn's weights, of $features.length examples", (row) => {
    const features: Tensor = tensor(row.features);
    const options = { l2: row.l2, standardise: false, calibrate: false };
    const { head, temperature } = fewShotHead(features, i32(row.labels), options);
    expect(temperature).toBe(1);
    expect(distance([...head.weight.data()], row.weight.flat())).toBeLessThan(1e-4);
    const bias = [...(head.bias as Tensor).data()];
    const mean = bias.reduce((sum, value) => sum + value, 0) / bias.length;
    expect(
      distance(
        bias.map((value) => value - mean),
        row.bias,
      ),
    ).toBeLessThan(1e-4);
  });

  test("finds classes again that it saw five of each, in more features than examples", () => {
    const { features, labels, unseen, asked } = drawnAround(1, 5, 20, 200, 1);
    const { head, accuracy } = fewShotHead(features, labels);
    const answers = head.forward(unseen).argmax(1).data();
    const right = asked.filter((label, at) => answers[at] === label).length / answers.length;
    expect(right).toBeGreaterThan(0.95);
    expect(accuracy).toBeGreaterThan(0.9);
  });

  test("is as sure as it is right: the softmax of what it has not seen is calibrated", () => {
    const { features, labels, unseen, asked } = drawnAround(3, 20, 5, 60, 4);
    const measure = (head: Linear): { surplus: number; loss: number } => {
      const shares = softmax(head.forward(unseen), 1).toArray() as number[][];
      const sure = shares.reduce((sum, row) => sum + Math.max(...row), 0) / shares.length;
      const right = shares.filter((row, at) => row.indexOf(Math.max(...row)) === asked[at]).length / shares.length;
      const loss = shares.reduce((sum, row, at) => sum - Math.log(row[asked[at] ?? 0] ?? 0), 0) / shares.length;
      return { surplus: sure - right, loss };
    };
    const weak = { l2: 1e-4 }; // learns its examples by heart
    const raw = measure(fewShotHead(features, labels, { ...weak, calibrate: false }).head);
    const found = fewShotHead(features, labels, weak);
    const calibrated = measure(found.head);
    expect(raw.surplus).toBeGreaterThan(0.15);
    expect(Math.abs(calibrated.surplus)).toBeLessThan(0.08);
    expect(calibrated.loss).toBeLessThan(raw.loss - 0.2);
    expect(found.temperature).toBeGreaterThan(1.5);
    expect(found.loss).toBeCloseTo(calibrated.loss, 0);
  });

  test("takes features of any scale, and ones that say nothing", () => {
    const { features, labels } = drawnAround(3, 6, 3, 10, 0.5);
    const odd = features.mul<Shape, Shape>(tensor([1, 1e3, 1, 1, 1e-3, 1, 1, 1, 0, 1])).add<Shape>(50);
    const { head, accuracy } = fewShotHead(odd, labels);
    expect(accuracy).toBeGreaterThan(0.9);
    expect([...head.weight.data()].every(Number.isFinite)).toBe(true);
    expect([...head.forward(odd).argmax(1).data()]).toEqual([...labels.data()]);
  });

  test.each([1e-30, 1e-9, 1e-6, 1e6, 1e30])("says the same of features %d times as large", (factor) => {
    const { features, labels } = drawnAround(3, 6, 3, 10, 0.5);
    const plain = fewShotHead(features, labels);
    const scaled = fewShotHead(features.mul(factor), labels);
    expect(scaled.accuracy).toBe(plain.accuracy);
    const [one, other] = [plain.head.forward(features), scaled.head.forward(features.mul(factor))];
    expect(one.sub<Shape, Shape>(other).abs().max().item()).toBeLessThan(1e-4);
  });

  test("takes the rounding of a feature that is always the same for nothing", () => {
    const { features, labels } = drawnAround(3, 6, 3, 10, 0.5);
    const same = features.slice(1, 0, 1).mul(1e-4).add<Shape>(1000.1); // one last place is 6e-5
    const { head } = fewShotHead(concat([features, same], 1), labels);
    expect([...head.weight.slice(1, 10, 11).data()]).toEqual([0, 0, 0]);
  });

  test("chooses the penalty by what was left out, or leaves nothing out where it cannot", () => {
    const { features, labels } = drawnAround(4, 8, 2, 40, 6);
    const chosen = fewShotHead(features, labels);
    const losses = [1, 0.1, 0.01, 0.001, 0.0001].map((l2) => fewShotHead(features, labels, { l2 }).loss ?? NaN);
    expect(chosen.loss).toBeCloseTo(Math.min(...losses), 3);
    const single = fewShotHead(
      tensor([
        [0, 1],
        [1, 0],
      ]),
      i32([0, 1]),
    );
    expect(single).toMatchObject({ accuracy: undefined, loss: undefined, temperature: 1, l2: 0.01 });
  });

  test("gives the same bits again, leaves the default generator alone and nothing behind", () => {
    const { features, labels } = drawnAround(5, 3, 3, 8, 1);
    const first = fewShotHead(features, labels).head;
    const held = (): number[] => [memory().tensors, memory().bytes];
    const before = held();
    const second = fewShotHead(features, labels).head;
    expect([...second.weight.data()]).toEqual([...first.weight.data()]);
    second.dispose();
    expect(held()).toEqual(before);
  });

  test("says what is wrong", () => {
    const features: Tensor = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(() => fewShotHead(features, i32([0, 1, 0]))).toThrow(/one for each row/);
    expect(() => fewShotHead(features, i32([0, 0]))).toThrow(/two classes/);
    expect(() => fewShotHead(features, i32([0, 2]), { classes: 2 })).toThrow(/from 0 to 1/);
    expect(() => fewShotHead(features, i32([0, -1]))).toThrow(/from 0 to/);
    expect(() =>
      fewShotHead(
        tensor([
          [1, NaN],
          [3, 4],
        ]),
        i32([0, 1]),
      ),
    ).toThrow(/finite/);
    expect(() => fewShotHead(tensor([[[1]], [[3]]]) as Tensor, i32([0, 1]))).toThrow(/flatten/);
  });
});
