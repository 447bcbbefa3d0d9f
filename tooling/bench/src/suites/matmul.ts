import { defineCase, type Bar, type Case, type Suite } from "../case.ts";
import { randomArray, uniform } from "../random.ts";
import * as reference from "../reference/matmul.ts";

export const matmul: Suite = {
  name: "matmul",
  title: "product of two f32 matrices, square or of a few rows",
  cases: [
    square(64),
    square(256),
    square(511),
    square(512, { ratio: 1.3 }),
    square(513),
    square(1024),
    rowsBySquare(1, 512),
    rowsBySquare(8, 512),
    rowsBySquare(16, 512),
  ],
};

function square(size: number, bar?: Bar): Case {
  return product(String(size), size, size, bar);
}

/** As a layer does it with a small batch. */
function rowsBySquare(rows: number, size: number): Case {
  return product(`${rows} × ${size}`, rows, size);
}

/** (rows, size) · (size, size) */
function product(name: string, rows: number, size: number, bar?: Bar): Case {
  return defineCase({
    name,
    work: "matmul",
    problem() {
      const next = uniform(size);
      const left = randomArray(next, rows * size);
      const right = randomArray(next, size * size);
      return { rows, inner: size, columns: size, left, right };
    },
    expected: reference.matmul,
    // 1024 roundings of 2⁻²⁴ that all point the same way would be 6e-5; they do not.
    tolerance: 1e-5,
    unit: "ms",
    flops: 2 * rows * size ** 2,
    ...(bar && { bar }),
  });
}
