import { expect, test } from "vitest";
import { centre, SIDE } from "./centre.ts";

function square(size: number, top: number, left: number, side: number): Float32Array {
  const ink = new Float32Array(size * size);
  for (let row = top; row < top + side; row++) ink.fill(1, row * size + left, row * size + left + side);
  return ink;
}

test("an empty drawing is no digit", () => {
  expect(centre(new Float32Array(100 * 100), 100)).toBeUndefined();
});

test.each([
  [0, 0, 10],
  [60, 70, 30],
  [3, 88, 5],
])("a square at %i, %i of side %i becomes one of 20 in the middle", (top, left, side) => {
  const picture = centre(square(100, top, left, side), 100) ?? new Float32Array();
  const wanted = square(SIDE, 4, 4, 20);
  expect(Math.max(...picture.map((value, i) => Math.abs(value - (wanted[i] ?? 0))))).toBeLessThan(1e-5);
});

test("proportions are kept", () => {
  const ink = new Float32Array(100 * 100);
  for (let row = 20; row < 80; row++) ink.fill(1, row * 100 + 40, row * 100 + 55); // 60 × 15
  const picture = centre(ink, 100) ?? new Float32Array();
  const columns = Array.from({ length: SIDE }, (_, column) => column).filter((column) =>
    Array.from({ length: SIDE }, (_, row) => picture[row * SIDE + column] ?? 0).some((value) => value > 0.5),
  );
  expect(columns).toHaveLength(5);
});

test("the centre of mass goes to the middle, not the middle of the box", () => {
  const ink = new Float32Array(100 * 100);
  for (let row = 0; row < 100; row++) ink.fill(1, row * 100, row * 100 + (row < 70 ? 40 : 60)); // an L
  const picture = centre(ink, 100) ?? new Float32Array();
  let [mass, rows, columns] = [0, 0, 0];
  picture.forEach((value, i) => {
    mass += value;
    rows += value * (Math.floor(i / SIDE) + 0.5);
    columns += value * ((i % SIDE) + 0.5);
  });
  expect(Math.abs(rows / mass - SIDE / 2)).toBeLessThan(0.51);
  expect(Math.abs(columns / mass - SIDE / 2)).toBeLessThan(0.51);
});
