import { loadAndCompile, loadLiteRt, Tensor } from "@litertjs/core";
import type { Contender, Outputs, Peer } from "../work.ts";
import { LITERT_FOLDER } from "./litert-folder.ts";
import { shapesOf } from "./matmul-shapes.ts";
import { batchMatMul, type Operator, operators, oneOperatorTflite, type TfliteTensor } from "./tflite-model.ts";
import { versionOf } from "./version.ts";

/**
 * LiteRT.js on its CPU accelerator (XNNPACK), in a page only. It runs models: weights and filters are constants of a
 * model of one operator, and are packed when it is compiled. Inputs lie in its heap before the timing. Inference only.
 */
export const liteRT: Peer = {
  name: "LiteRT.js",
  version: versionOf("@litertjs/core"),
  canShare: true,
  async load(threads) {
    await loadLiteRt(LITERT_FOLDER, { threads: threads > 1 });

    async function operator(
      operation: Operator,
      inputs: readonly Input[],
      shape: readonly number[],
      read: (values: Float32Array) => Outputs,
    ): Promise<Contender> {
      const bytes = oneOperatorTflite(
        operation,
        inputs.map(({ constant, ...input }) => (constant ? input : { shape: input.shape })),
        { shape },
      );
      return compiled(
        bytes,
        inputs.filter(({ constant }) => constant !== true),
        read,
      );
    }

    async function compiled(
      bytes: Uint8Array,
      inputs: readonly Input[],
      read: (values: Float32Array) => Outputs,
    ): Promise<Contender> {
      const model = await loadAndCompile(bytes, {
        accelerator: "wasm",
        cpuOptions: { numThreads: threads },
      });
      const given = inputs.map(({ values, shape }) => new Tensor(values, [...shape]));
      return {
        async run() {
          for (const result of await model.run(given)) result.delete();
        },
        async outputs() {
          const [result] = await model.run(given);
          const values = Float32Array.from((await result?.data()) ?? []);
          result?.delete();
          return read(values);
        },
        dispose() {
          for (const tensor of given) tensor.delete();
          model.delete();
        },
      };
    }

    return {
      matmul(problem) {
        const { batch, inner, columns, leftTransposed = false, rightTransposed = false } = problem;
        const shapes = shapesOf(problem);
        const left = { shape: shapes.left, values: problem.left };
        const read = (product: Float32Array): Outputs => ({ product });
        if (batch !== undefined || leftTransposed) {
          // Not a constant here: with one, XNNPACK leaves the product to a kernel of a third of the speed.
          const right = { shape: shapes.right, values: problem.right };
          return operator(batchMatMul(leftTransposed, rightTransposed), [left, right], shapes.product, read);
        }
        // A dense layer keeps its weight as (columns, inner).
        const values = rightTransposed ? problem.right : transposed(problem.right, inner, columns);
        const weight = { shape: [columns, inner], values, constant: true };
        return operator(operators.fullyConnected, [left, weight], shapes.product, read);
      },

      convolution({ batch, channels, size, filters, kernel, padding, groups, images, weight }) {
        // Its padding is named, not counted: the map is as large as the image.
        if (2 * padding !== kernel - 1) return undefined;
        const depthwise = groups > 1;
        // Its layout: channels last; filters (out, rows, columns, in), and (1, rows, columns, channels) if depthwise.
        const pixels = { shape: [batch, size, size, channels], values: channelsLast(images, batch, channels) };
        const taps = depthwise
          ? { shape: [1, kernel, kernel, channels], values: channelsLast(weight, 1, channels), constant: true }
          : {
              shape: [filters, kernel, kernel, channels],
              values: channelsLast(weight, filters, channels),
              constant: true,
            };
        const bias = { shape: [filters], values: new Float32Array(filters), constant: true };
        return operator(
          depthwise ? operators.depthwiseConv2d : operators.conv2d,
          [pixels, taps, bias],
          [batch, size, size, filters],
          (maps) => ({ maps: channelsFirst(maps, batch, filters) }),
        );
      },

      async network(problem) {
        const { networkTflite } = await import("./tflite-network.ts");
        const [batch, channels, ...size] = problem.shape;
        const pixels = channelsLast(problem.images, batch, channels);
        const input = { shape: [batch, ...size, channels], values: pixels };
        return compiled(networkTflite(problem), [input], (logits) => ({ logits }));
      },

      elementwise({ function: name, rows, columns, x, y }) {
        const shape = [rows, columns];
        const inputs: Input[] = [{ shape, values: x }];
        if (name === "add") inputs.push({ shape, values: y });
        const axes: Input = { shape: [2], values: Int32Array.of(0, 1), constant: true };
        if (name === "sum") inputs.push(axes);
        return operator(operators[name], inputs, name === "sum" ? [] : shape, (result) => ({ result }));
      },
    };
  },
};

interface Input extends Required<TfliteTensor> {
  /** part of the model */
  readonly constant?: boolean;
}

/** (rows, columns) to (columns, rows). */
function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(matrix, (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)] ?? NaN);
}

/** (count, channels, pixels) to (count, pixels, channels). */
function channelsLast(values: Float32Array, count: number, channels: number): Float32Array {
  return eachTransposed(values, count, channels, values.length / count / channels);
}

/** (count, pixels, channels) to (count, channels, pixels). */
function channelsFirst(values: Float32Array, count: number, channels: number): Float32Array {
  return eachTransposed(values, count, values.length / count / channels, channels);
}

function eachTransposed(values: Float32Array, count: number, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < count; i++) {
    const [start, end] = [i * rows * columns, (i + 1) * rows * columns];
    out.set(transposed(values.subarray(start, end), rows, columns), start);
  }
  return out;
}
