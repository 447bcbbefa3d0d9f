import { bigEndian, byteKind, ELEMENT_KINDS, type ElementKind, unreadable } from "./element-kind.ts";
import { FLOAT8 } from "./float8.ts";

/** bfloat16 as ml_dtypes has NumPy write it: two bytes without a type, but with an order. */
export const BRAIN_FLOAT = "<V2";

/** Element types without their byte order, by NumPy's letter and the bytes of one. */
const KINDS: Readonly<Record<string, ElementKind>> = {
  f4: ELEMENT_KINDS.f32,
  i4: ELEMENT_KINDS.i32,
  u1: ELEMENT_KINDS.u8,
  b1: ELEMENT_KINDS.bool,
  f2: ELEMENT_KINDS.f16,
  f8: ELEMENT_KINDS.f64,
  i1: ELEMENT_KINDS.i8,
  i2: ELEMENT_KINDS.i16,
  u2: ELEMENT_KINDS.u16,
  u4: ELEMENT_KINDS.u32,
  i8: ELEMENT_KINDS.i64,
  u8: ELEMENT_KINDS.u64,
  f1: byteKind(FLOAT8.E5M2), // as ml_dtypes has it
};

/** What else NumPy writes, by its letter: what to call it, bytes for each of the number behind it, and what to do. */
const OTHERS: Readonly<Record<string, readonly [what: string, bytes: number, fix: string]>> = {
  f: ["long doubles", 1, "save array.astype('<f8')"],
  c: ["complex numbers", 1, "save array.real and array.imag apart"],
  U: ["texts", 4, "keep texts in a JSON file"],
  S: ["byte strings", 1, "keep texts in a JSON file, or save array.view('u1')"],
  V: ["elements without a type", 1, "save array.view() of the type they have"],
  M: ["dates", 1, "save array.astype('<i8'), or numbers counted from a day of yours"],
  m: ["spans of time", 1, "save array.astype('<i8')"],
};

const RECORDS = "save each of its fields apart, as array['field']";
const OBJECTS = "save numbers: array.astype('<f4')";

/** The kind that a header's `descr` names, `undefined` for what NumPy does not write. */
export function npyKind(descr: string): ElementKind | undefined {
  if (descr.startsWith("[")) return unreadable(descr, undefined, "structured arrays", RECORDS);
  if (descr === "|O") return unreadable(descr, undefined, "Python objects", OBJECTS);
  if (descr === BRAIN_FLOAT) return ELEMENT_KINDS.bf16;
  const [, order, type = "", letter = "", size, unit] = /^([<>|])(([a-zA-Z])(\d{1,9}))(\[\w+\])?$/.exec(descr) ?? [];
  const kind = unit === undefined && Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kind !== undefined) {
    if (order === "|" && kind.bits !== 8) return undefined;
    return order === ">" ? bigEndian(kind) : kind;
  }
  if (!Object.hasOwn(OTHERS, letter)) return undefined;
  const [what = "", bytes = 0, fix = ""] = OTHERS[letter] ?? [];
  return unreadable(descr, 8 * bytes * Number(size), what, fix);
}
