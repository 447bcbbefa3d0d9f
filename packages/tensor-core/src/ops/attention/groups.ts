import { ShapeError } from "../../errors/index.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";

type Mask = Tensor<Shape, "bool"> | Tensor<Shape> | undefined;

/** What attends in groups. */
interface Grouped {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  readonly attnMask: Mask;
}

/**
 * Heads of queries in groups that share a head of keys, which has an axis of size 1 in the group's place.
 * @throws ShapeError unless there are whole groups
 */
export function inGroups(op: string, query: Tensor, key: Tensor, value: Tensor, attnMask: Mask): Grouped {
  const [heads = 0, shared = 0] = [query.shape.at(-3), key.shape.at(-3)];
  const isWhole = shared === 0 ? heads === 0 : heads % shared === 0;
  if (query.rank < 3 || key.rank < 3 || value.rank < 3 || value.shape.at(-3) !== shared || !isWhole) {
    const came = { query: query.shape, key: key.shape, value: value.shape };
    throw new ShapeError(op, came, "with enableGqa heads of queries must be a multiple of those of keys and values");
  }
  const grouped = ({ shape }: { readonly shape: Shape }): Shape => {
    const [lead, matrix] = [shape.slice(0, -3), shape.slice(-2)];
    if (shape.at(-3) === 1) return [...lead, 1, 1, ...matrix];
    return [...lead, shared, shared === 0 ? 1 : (shape.at(-3) ?? 0) / shared, ...matrix];
  };
  const mask = attnMask === undefined || attnMask.rank < 3 ? attnMask : maskIn(attnMask, grouped(attnMask));
  return { query: query.reshape(grouped(query)), key: key.unsqueeze(-3), value: value.unsqueeze(-3), attnMask: mask };
}

function maskIn(mask: NonNullable<Mask>, shape: Shape): Mask {
  return mask.dtype === "bool" ? mask.reshape(shape) : mask.reshape(shape);
}
