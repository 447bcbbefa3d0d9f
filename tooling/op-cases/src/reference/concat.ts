import { build, type Exact, read, total } from "./exact.ts";

/** Arrays one after the other along an axis. */
export function beside(parts: readonly Exact[], axis: number): Exact {
  const shape = parts[0]?.shape ?? [];
  const at = axis < 0 ? axis + shape.length : axis;
  const sizes = parts.map((part) => part.shape[at] ?? 0);
  return build(shape.with(at, total(sizes)), (index) => {
    let position = index[at] ?? 0;
    const part = sizes.findIndex((size) => (position < size ? true : ((position -= size), false)));
    return read(parts[part] as Exact, index.with(at, position));
  });
}
