import type { Bar } from "../bar.ts";
import { defineCase, type Case, type Suite } from "../case.ts";
import { trafficOf } from "../measure/memory.ts";
import { randomArray, uniform } from "../random.ts";
import * as reference from "../reference/matmul.ts";
import type { MatMulProblem } from "../work.ts";

/** At most 10 % below the rate of the product that suits the blocks best: edges and views cost their share, no more. */
const LIKE_512: Bar = { share: 0.9, ofCase: { suite: "matmul", case: "512" } };
const BY_LITERT: Bar = { ratio: 1.1, over: "LiteRT.js", where: "chromium" };
const LARGE: readonly Bar[] = [{ ratio: 1.4 }, { share: 0.9, of: "arithmetic" }, BY_LITERT];

export const matmul: Suite = {
  name: "matmul",
  title: "products of f32 matrices: square, of a few rows, transposed, in batches",
  cases: [
    square(64, [{ ratio: 1.15 }, BY_LITERT]),
    square(256, LARGE),
    square(511, [LIKE_512]),
    square(512, LARGE),
    square(513, [LIKE_512]),
    square(1024, LARGE),
    product("512, left transposed", { ...squareOf(512), leftTransposed: true }, [LIKE_512]),
    product("512, right transposed", { ...squareOf(512), rightTransposed: true }, [LIKE_512]),
    product("512, both transposed", { ...squareOf(512), leftTransposed: true, rightTransposed: true }, [LIKE_512]),
    product("16 × (128 × 64 · 64 × 128)", { batch: 16, rows: 128, inner: 64, columns: 128 }, [LIKE_512]),
    // One row reads the whole matrix for two operations on each number: memory sets the pace.
    rowsBySquare(1, 512, [{ share: 0.6, of: "memory" }]),
    rowsBySquare(8, 512, [{ ...LIKE_512, share: 0.75 }]),
    rowsBySquare(16, 512, [LIKE_512]),
  ],
};

type Sizes = Omit<MatMulProblem, "left" | "right">;

function square(size: number, bars: readonly Bar[]): Case {
  return product(String(size), squareOf(size), bars);
}

function squareOf(size: number): Sizes {
  return { rows: size, inner: size, columns: size };
}

/** As a layer does it with a small batch. */
function rowsBySquare(rows: number, size: number, bars: readonly Bar[]): Case {
  return product(`${rows} × ${size}`, { rows, inner: size, columns: size }, bars);
}

function product(name: string, sizes: Sizes, bars: readonly Bar[]): Case {
  const { batch = 1, rows, inner, columns } = sizes;
  return defineCase({
    name,
    work: "matmul",
    problem() {
      const next = uniform(columns);
      const left = randomArray(next, batch * rows * inner);
      const right = randomArray(next, batch * inner * columns);
      return { ...sizes, left, right };
    },
    expected: reference.matmul,
    // 1024 roundings of 2⁻²⁴ that all point the same way would be 6e-5; they do not.
    tolerance: 1e-5,
    unit: "ms",
    flops: 2 * batch * rows * inner * columns,
    ...(rows === 1 && { traffic: trafficOf("read", 4 * (inner + inner * columns + columns)) }),
    bars,
  });
}
