import { describe } from "../errors/describe.ts";
import { FormatError } from "../errors/index.ts";
import { CUT_OFF } from "./pickle-bytes.ts";
import { Global, type Pickled } from "./pickled.ts";
import { isView, OP } from "./pytorch-storage.ts";
import type { StoredTensor } from "./stored-tensor.ts";

/** What a file of PyTorch's holds: dicts as Maps, lists and tuples as arrays. */
export type PyTorchValue = Pickled<StoredTensor>;

/** Ways to tensors: more would be a file that holds one list again and again. */
const MOST_WAYS = 1 << 17;
const DEEPEST = 64;

/** What was unpickled, looked at: nothing but what may be there, and nothing that contains itself. Each value once. */
export function assertValue(
  value: unknown,
  above: ReadonlySet<unknown>,
  done: Set<unknown>,
): asserts value is PyTorchValue {
  if (value === null || ["string", "number", "bigint", "boolean"].includes(typeof value) || isView(value)) return;
  if (done.has(value)) return;
  if (!Array.isArray(value) && !(value instanceof Map)) {
    throw new FormatError(
      OP,
      { came: value instanceof Global ? value.name : describe(value) },
      "the file holds a storage or a name in the place of a value",
      CUT_OFF,
    );
  }
  if (above.has(value) || above.size > DEEPEST) {
    throw new FormatError(
      OP,
      { depth: above.size },
      `the file holds a value that contains itself, or more than ${DEEPEST} in each other`,
    );
  }
  const within = new Set(above).add(value);
  for (const inner of value.values()) assertValue(inner, within, done);
  done.add(value);
}

/** The tensors by the way to them. */
export function tensorsIn(value: PyTorchValue): Map<string, StoredTensor> {
  const found = new Map<string, StoredTensor>();
  let ways = 0;
  const visit = (inner: PyTorchValue, way: string): void => {
    if (++ways > MOST_WAYS) throw new FormatError(OP, { ways }, "the file holds the same values too many times");
    if (isView(inner)) {
      if (found.has(way)) throw new FormatError(OP, { name: way }, "two tensors of the file have this name");
      found.set(way, inner);
    } else if (inner instanceof Map || Array.isArray(inner)) {
      for (const [key, each] of inner.entries() as Iterable<[unknown, PyTorchValue]>) {
        visit(each, way === "" ? String(key) : `${way}.${String(key)}`);
      }
    }
  };
  visit(value, "");
  return found;
}
