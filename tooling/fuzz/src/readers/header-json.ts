import type { Random } from "@unfoldjs/op-cases";
import { between, chance, oneOf } from "../random.ts";
import { joined } from "./mutate.ts";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const OTHERS: readonly Json[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  2,
  3,
  1.5,
  1e10,
  2 ** 53,
  1e300,
  "",
  "x",
  "F32",
  "I64",
  "BOOL",
  [],
  {},
  [0],
  [0, 0],
  "NaN",
  "__proto__",
];

/** A safetensors file whose header says something else: JSON still, and of the length that it says. */
export function rewrittenHeader(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length < 10) return bytes;
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (!(length <= bytes.length - 8)) return bytes;
  let header: Json;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Json;
  } catch {
    return bytes;
  }
  for (let changes = oneOf(random, [1, 1, 2, 3]); changes > 0; changes--) header = changed(header, random);
  const text = new TextEncoder().encode(JSON.stringify(header));
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(text.length), true);
  return joined(prefix, text, bytes.subarray(8 + length));
}

/** The value with one thing in it made another, left out, or put in twice. Texts that are JSON are opened. */
function changed(value: Json, random: Random): Json {
  if (typeof value === "string" && /^[{[]/.test(value)) {
    try {
      return JSON.stringify(changed(JSON.parse(value) as Json, random));
    } catch {
      return oneOf(random, OTHERS);
    }
  }
  if (typeof value !== "object" || value === null || chance(random, 0.08)) {
    return typeof value === "number" && chance(random, 0.5)
      ? value + oneOf(random, [-1, 1, 2, 0.5])
      : oneOf(random, OTHERS);
  }
  if (Array.isArray(value)) {
    const at = between(random, 0, Math.max(0, value.length - 1));
    if (chance(random, 0.15)) return value.toSpliced(at, 1);
    if (chance(random, 0.15) || value.length === 0) return value.toSpliced(at, 0, value[at] ?? oneOf(random, OTHERS));
    return value.with(at, changed(value[at] ?? null, random));
  }
  const names = Object.keys(value);
  if (names.length === 0) return { x: oneOf(random, OTHERS) };
  const name = oneOf(random, names);
  if (chance(random, 0.12)) return Object.fromEntries(Object.entries(value).filter(([one]) => one !== name));
  if (chance(random, 0.08)) {
    return Object.fromEntries(
      Object.entries(value).map(([one, field]) => [
        one === name ? oneOf(random, ["x", "", "__proto__", "/", `${one}.x`, "dtype"]) : one,
        field,
      ]),
    );
  }
  return Object.fromEntries(
    Object.entries(value).map(([one, field]) => [one, one === name ? changed(field, random) : field]),
  );
}
