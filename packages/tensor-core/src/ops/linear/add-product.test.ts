import { expect, test } from "vitest";
import { addProduct, Generator, matmul } from "../../index.node.ts";

/** Tiles of 6 and 5 rows, rows and columns that are left over, and depths of one run. */
test.each([
  [12, 8, 32],
  [5, 16, 3],
  [36, 24, 400],
  [7, 11, 50],
  [1, 5, 64],
])(
  "a product of %d × %d over %d is summed first and then added, whichever tile an element is in",
  (rows, columns, depth) => {
    const random = new Generator(3);
    const [left, right] = [random.normal([rows, depth]), random.normal([depth, columns])];
    const sum = random.normal([rows, columns]);
    const wanted = sum.add(matmul(left, right)).data();
    addProduct(sum, left, right);
    expect(sum.data()).toEqual(wanted);
  },
);
