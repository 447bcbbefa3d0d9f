// What the bench uses of @litertjs/core 2.5.3. The package's own types change those of `new Float32Array(buffer)` for
// the whole program, and our packages' sources no longer compile beside them.

/** A tensor in the library's heap. */
export class Tensor {
  constructor(values: Float32Array | Int32Array, shape: number[]);
  data(): Promise<ArrayLike<number>>;
  delete(): void;
}

export interface CompiledModel {
  run(inputs: Tensor[]): Promise<Tensor[]>;
  delete(): void;
}

/** @param folder address of the package's folder `wasm` */
export function loadLiteRt(folder: string, options: { threads: boolean }): Promise<unknown>;

export function loadAndCompile(
  model: Uint8Array,
  options: { accelerator: "wasm"; cpuOptions: { numThreads: number } },
): Promise<CompiledModel>;
