import { describe, expect, test } from "vitest";
import { fromArray } from "../index.node.ts";
import { decodeNpy } from "./npy.ts";
import { decodeNpz } from "./npz.ts";
import { REFERENCE_FILES } from "./reference-files.ts";
import { decodeSafetensors } from "./safetensors.ts";
import type { StoredTensor } from "./stored-tensor.ts";

/** All that a file holds, by whichever decoder reads it. */
function storedIn(name: string, bytes: Uint8Array): [string, StoredTensor][] {
  if (name.startsWith("npy")) return [["", decodeNpy(bytes, { storage: "keep" })]];
  if (name.startsWith("npz")) return [...decodeNpz(bytes, { storage: "keep" })];
  return [...decodeSafetensors(bytes, { storage: "keep" }).tensors];
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return String(error);
  }
}

// `readFile` gives a Buffer: a Uint8Array whose `slice` is a view, and whose class is another.
describe("the bytes of a Buffer", () => {
  test.each(Object.entries(REFERENCE_FILES))("%s: are read as those of a Uint8Array", (name, bytes) => {
    const buffer = Buffer.from(bytes);
    const plain = storedIn(name, bytes);
    for (const [i, [key, stored]] of storedIn(name, buffer).entries()) {
      const expected = plain[i]?.[1];
      expect(key).toBe(plain[i]?.[0]);
      const data = attempt(() => stored.data());
      expect(data).toStrictEqual(attempt(() => expected?.data()));
      expect(attempt(() => stored.tensor().toArray())).toStrictEqual(attempt(() => expected?.tensor().toArray()));
      if (ArrayBuffer.isView(data)) new Uint8Array(data.buffer, data.byteOffset, data.byteLength).fill(77);
    }
    expect(buffer.equals(bytes), "what data() gave was filled, not the file").toBe(true);
  });

  test("are put into row-major order beside them, not in their place", () => {
    const header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }".padEnd(117) + "\n";
    const file = [0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0, ...Buffer.from(header), 1, 2, 3, 4, 5, 6];
    const stored = decodeNpy(Buffer.from(file));
    for (const _ of ["once", "again"]) expect([...stored.data()]).toEqual([1, 3, 5, 2, 4, 6]);
  });

  test("are numbers for fromArray, and so are other subclasses and arrays of another realm", async () => {
    expect(fromArray(Buffer.from([1, 2])).dtype).toBe("u8");
    expect(fromArray(Buffer.from([1, 2])).toArray()).toEqual([1, 2]);
    class Own extends Int32Array {}
    expect(fromArray(Own.of(-1, 2)).dtype).toBe("i32");
    const { runInNewContext } = await import("node:vm");
    for (const [kind, dtype] of [
      ["Float32Array", "f32"],
      ["Int32Array", "i32"],
      ["Int8Array", "i8"],
      ["Uint8Array", "u8"],
    ]) {
      const made = fromArray(runInNewContext(`${kind}.of(1, 2)`) as Float32Array);
      expect([made.dtype, made.toArray()]).toEqual([dtype, [1, 2]]);
    }
    expect(fromArray(runInNewContext("Uint16Array.of(0x3c00)") as Uint16Array, [1], "f16").toArray()).toEqual([1]);
  });
});
