import {
  aliasOf,
  capture,
  coalesceRows,
  concat,
  indexAdd,
  type Shape,
  type TableRows,
  type Tensor,
  unowned,
  assertRecord,
  assertShape,
  assertTensor,
  wrongArgument,
  sizeOf,
  inCall,
} from "@unfoldjs/tensor-core";

/**
 * The gradient of a table of which some rows were looked up: those rows. What is not named is zero.
 *
 * It holds tensors that belong to no scope, until `dispose`.
 */
export class RowGradient implements TableRows {
  readonly indices: Tensor<Shape, "i32">;
  readonly values: Tensor<Shape>;
  /** Of the whole table. */
  readonly shape: Shape;

  /** @param rows (count) indices of the first axis, and their (count, …row) values; the gradient holds them by itself */
  constructor(rows: TableRows, shape: Shape) {
    assertRecord("RowGradient", "rows", rows, "{ indices, values }");
    const { indices, values } = rows;
    assertTensor("RowGradient", "indices", indices);
    assertTensor("RowGradient", "values", values);
    assertShape("RowGradient", "shape", shape);
    inCall("RowGradient", () => sizeOf(shape)); // refuses what are no sizes
    [this.indices, this.values] = unowned(() => [aliasOf(indices), aliasOf(values)] as const);
    this.shape = shape;
  }

  /** This and another one of the same table; both are used up. */
  joined(other: RowGradient): RowGradient {
    if (!((other as unknown) instanceof RowGradient))
      throw wrongArgument("RowGradient.joined", "other", other, "a RowGradient");
    const { result } = capture(() => ({
      indices: concat([this.indices, other.indices]),
      values: concat([this.values, other.values]),
    }));
    const both = new RowGradient(result, this.shape);
    for (const tensor of [result.indices, result.values]) tensor.dispose();
    this.dispose();
    other.dispose();
    return both;
  }

  /** The same with each row once, in ascending order; this one is used up. */
  coalesced(): RowGradient {
    const { result } = capture(() => coalesceRows(this.indices, this.values));
    const each = new RowGradient(result, this.shape);
    for (const tensor of [result.indices, result.values]) tensor.dispose();
    this.dispose();
    return each;
  }

  /** The whole table's gradient, which the caller owns; this one is used up. */
  toDense(): Tensor {
    const dense = unowned(() => indexAdd(this.values, 0, this.indices, this.shape[0] ?? 0));
    this.dispose();
    return dense;
  }

  dispose(): void {
    this.indices.dispose();
    this.values.dispose();
  }
}
