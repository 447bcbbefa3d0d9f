import { cast, FormatError, fromArray, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import type { ReadFile } from "./file-source.ts";
import { type Field, isCount } from "./field.ts";

/** What a manifest says of one weight, and its bytes. */
export interface StoredWeight {
  readonly name: string;
  readonly shape: Shape;
  /** Its values, as numbers to compute with. */
  tensor(): Tensor;
}

/** How elements lie in a file. */
type Stored = "float32" | "int32" | "bool" | "uint8" | "uint16" | "float16";

const BYTES: Readonly<Record<Stored, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

interface Spec {
  readonly name: string;
  readonly shape: Shape;
  readonly stored: Stored;
  readonly bytes: number;
  /** value = integer · scale + min. */
  readonly affine: { readonly scale: number; readonly min: number } | undefined;
  /** Whether values are whole numbers, and so rounded after they were scaled. */
  readonly isWhole: boolean;
}

/**
 * The weights of a model by their names: groups of shards, whose bytes follow one another without gaps, whatever they are cut by
 * (tfjs-core's io/types). Weights of an optimiser are left out.
 * @throws FormatError on a manifest that is none, and on files that are shorter or longer than it says
 */
export async function readWeights(op: string, manifest: Field, read: ReadFile): Promise<Map<string, StoredWeight>> {
  const found = new Map<string, StoredWeight>();
  for (const group of manifest.list()) {
    const paths = group
      .at("paths")
      .list()
      .map((path) => shardName(op, path.text()));
    const listed = group.at("weights").list(); // once: a list makes a field of each of its entries
    const specs = listed.map((weight) => specOf(op, weight));
    const shards = await Promise.all(paths.map(read));
    const wanted = specs.reduce((sum, spec) => sum + spec.bytes, 0);
    const came = shards.reduce((sum, { length }) => sum + length, 0);
    if (came > wanted) throw tooLong(op, paths, came, wanted); // before as much memory is asked for
    const bytes = joined(shards);
    let start = 0;
    for (const [at, spec] of specs.entries()) {
      const end = start + spec.bytes;
      if (end > bytes.length) throw tooShort(op, paths, shards, specs, spec.name);
      if (found.has(spec.name)) throw new FormatError(op, { weight: spec.name }, "the manifest has this weight twice");
      const own = bytes.subarray(start, end);
      const { name, shape } = spec;
      if (!isOfOptimizer(listed[at])) found.set(name, { name, shape, tensor: () => tensorOf(spec, own) });
      start = end;
    }
  }
  return found;
}

/** @throws FormatError on a name that leads out of the model's folder: whoever made the file has no business there */
function shardName(op: string, path: string): string {
  const leadsOut = /^([\\/]|[a-z][a-z\d+.-]*:)/i.test(path) || path.split(/[\\/]/).includes("..");
  if (!leadsOut && path !== "" && !path.includes("\0")) return path;
  throw new FormatError(op, { path: JSON.stringify(path) }, "shards lie in the folder of model.json, or below it");
}

function isOfOptimizer(weight: Field | undefined): boolean {
  return weight?.optional("group")?.value === "optimizer";
}

function specOf(op: string, weight: Field): Spec {
  const name = weight.at("name").text();
  const shape = weight
    .at("shape")
    .list()
    .map((size) => size.count());
  const dtype = weight.at("dtype").text();
  const quantization = weight.optional("quantization");
  const stored = quantization === undefined ? dtype : quantization.at("dtype").text();
  const allowed = quantization === undefined ? ["float32", "int32", "bool"] : ["uint8", "uint16", "float16"];
  if (!isStored(stored) || !allowed.includes(stored) || !["float32", "int32", "bool"].includes(dtype)) {
    throw new FormatError(
      op,
      { weight: name, dtype, ...(quantization === undefined ? {} : { quantization: stored }) },
      "weights are float32, int32 or bool, or quantised to uint8, uint16 or float16",
    );
  }
  const affine =
    quantization === undefined || stored === "float16"
      ? undefined
      : { scale: quantization.at("scale").number(), min: quantization.at("min").number() };
  const size = shape.reduce((product, each) => product * each, 1);
  const bytes = size * BYTES[stored];
  if (!isCount(bytes)) throw new FormatError(op, { weight: name, shape }, "no file has so many elements");
  return { name, shape, stored, bytes, affine, isWhole: dtype !== "float32" };
}

function isStored(name: string): name is Stored {
  return Object.hasOwn(BYTES, name);
}

function joined(shards: readonly Uint8Array[]): Uint8Array {
  const [first] = shards;
  if (first !== undefined && shards.length === 1) return first;
  const bytes = new Uint8Array(shards.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const shard of shards) {
    bytes.set(shard, start);
    start += shard.length;
  }
  return bytes;
}

function tooLong(op: string, paths: readonly string[], bytes: number, weights: number): FormatError {
  return new FormatError(
    op,
    { files: shown(paths), bytes, weights },
    "the files have more bytes than the weights that the manifest lists",
    "do model.json and its shards belong together?",
  );
}

function shown(files: readonly string[]): string {
  return files.length <= 5 ? files.join(", ") : `${files.slice(0, 5).join(", ")}, and ${files.length - 5} more`;
}

function tooShort(
  op: string,
  paths: readonly string[],
  shards: readonly Uint8Array[],
  specs: readonly Spec[],
  weight: string,
): FormatError {
  const files = shown(paths.map((path, at) => `${path} (${shards[at]?.length ?? 0} bytes)`));
  const wanted = specs.reduce((sum, { bytes }) => sum + bytes, 0);
  return new FormatError(
    op,
    { files, wanted, weight },
    `the files end before the last byte of ${weight}`,
    "a shard is cut or missing: get it again",
  );
}

function tensorOf({ shape, stored, affine, isWhole }: Spec, bytes: Uint8Array): Tensor {
  const aligned = (): ArrayBuffer => bytes.slice().buffer; // elements must lie at multiples of their size
  switch (stored) {
    case "float32":
      return fromArray(new Float32Array(aligned()), shape);
    case "int32":
      return fromArray(Float32Array.from(new Int32Array(aligned())), shape);
    case "float16":
      return scope((): Tensor => cast(fromArray(new Uint16Array(aligned()), shape, "f16"), "f32"));
    case "bool":
      return fromArray(Float32Array.from(bytes), shape);
    default: {
      const { scale, min } = affine ?? { scale: 1, min: 0 };
      const integers = stored === "uint8" ? bytes : new Uint16Array(aligned());
      const values = new Float32Array(integers.length);
      for (let i = 0; i < values.length; i++) {
        const value = (integers[i] ?? 0) * scale + min;
        values[i] = isWhole ? Math.round(value) : value;
      }
      return fromArray(values, shape);
    }
  }
}
