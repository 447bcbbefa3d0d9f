import type { ByteReader } from "./byte-reader.ts";

/** An array of NumPy's, as a pickle or the head of an .npy file tells of it. */
export interface NumpyArray {
  readonly shape: readonly number[];
  readonly descr: string;
  readonly isFortran: boolean;
  /** Its elements, where they stand in the pickle. */
  readonly bytes: Uint8Array | undefined;
}

/** What numpy's pickles are built of: `_reconstruct` makes an empty array, and the state that follows fills it. */
export class Unfilled {
  array: NumpyArray | undefined;
}

/** A dtype as .npy files write it. */
export function descrOf(type: unknown): string | undefined {
  if (typeof type !== "object" || type === null || !("dtype" in type) || !("order" in type)) return undefined;
  return `${String(type.order)}${String(type.dtype)}`;
}

export function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** The head of an .npy file (NEP 1). */
export async function npyHead(reader: ByteReader): Promise<NumpyArray> {
  const start = await reader.exactly(8, "the head of an .npy file");
  const isNpy = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, at) => start[at] === byte);
  const version = start[6] ?? 0;
  if (!isNpy || version < 1 || version > 3)
    throw reader.wrong("the vectors' file must be an .npy file of version 1 to 3");
  const wide = version > 1;
  const length = await reader.exactly(wide ? 4 : 2, "the head of an .npy file");
  const view = new DataView(length.buffer, length.byteOffset, length.byteLength);
  const size = wide ? view.getUint32(0, true) : view.getUint16(0, true);
  if (size > 65_536) throw reader.wrong("the head of an .npy file is no longer than 64 kB");
  const head = new TextDecoder().decode(await reader.exactly(size, "the head of an .npy file"));
  const [, descr] = /'descr':\s*'([^']*)'/.exec(head) ?? [];
  const [, order] = /'fortran_order':\s*(True|False)/.exec(head) ?? [];
  const [, sizes] = /'shape':\s*\(([\d, ]*)\)/.exec(head) ?? [];
  if (descr === undefined || order === undefined || sizes === undefined) {
    throw reader.wrong("the head of an .npy file tells dtype, order and shape", undefined, { head: head.slice(0, 80) });
  }
  const shape = sizes
    .split(",")
    .filter((one) => one.trim() !== "")
    .map(Number);
  return { shape, descr, isFortran: order === "True", bytes: undefined };
}
