import { defineCase, type Bar, type Case, type Suite } from "../case.ts";
import { randomArray, uniform } from "../random.ts";
import * as reference from "../reference/matmul.ts";

export const matmul: Suite = {
  name: "matmul",
  title: "product of two square f32 matrices",
  cases: [square(64), square(256), square(511), square(512, { ratio: 1.3 }), square(513), square(1024)],
};

function square(size: number, bar?: Bar): Case {
  return defineCase({
    name: String(size),
    work: "matmul",
    problem() {
      const next = uniform(size);
      const left = randomArray(next, size * size);
      const right = randomArray(next, size * size);
      return { rows: size, inner: size, columns: size, left, right };
    },
    expected: reference.matmul,
    // 1024 roundings of 2⁻²⁴ that all point the same way would be 6e-5; they do not.
    tolerance: 1e-5,
    unit: "ms",
    flops: 2 * size ** 3,
    ...(bar && { bar }),
  });
}
