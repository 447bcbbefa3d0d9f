import { processOf } from "../cold-start/process.ts";
import type { Contender, Outputs, Peer } from "../work.ts";
import { shapesOf } from "./matmul-shapes.ts";
import { type Attributes, type Constant, oneOperatorModel, type Port } from "./onnx-model.ts";
import { recurrentOperator } from "./onnx-recurrence.ts";
import { versionOf } from "./version.ts";

interface Input extends Port {
  readonly values: Float32Array;
}

/** ONNX Runtime for the web, its WebAssembly provider. Inference only: it cannot train. */
export const onnxruntimeWeb: Peer = {
  name: "onnxruntime-web",
  version: versionOf("onnxruntime-web"),
  canShare: true,
  async load(threads) {
    // Its entry for Node: that of the WebAssembly provider alone fetches its own file when threads start, and fails.
    const ort = await import("onnxruntime-web");
    ort.env.wasm.numThreads = threads;
    ort.env.logLevel = "error";

    /** A model of one operator, with `constants` after its inputs. A run copies the inputs into the runtime's heap and the output out of it. */
    async function operator(
      name: string,
      inputs: readonly Input[],
      output: Port,
      attributes?: Attributes,
      opset?: number,
      constants: readonly Constant[] = [],
    ): Promise<Contender> {
      // An input's values are fed, so its port is to have none.
      const ports = inputs.map(({ name: input, shape }) => ({ name: input, shape }));
      const model = oneOperatorModel(name, [...ports, ...constants], output, attributes, opset);
      const session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
      const feeds = Object.fromEntries(
        inputs.map((input) => [input.name, new ort.Tensor("float32", input.values, input.shape)]),
      );
      return {
        run: async () => void (await session.run(feeds)),
        async outputs(): Promise<Outputs> {
          const results = await session.run(feeds);
          return { [output.name]: (results[output.name]?.data ?? []) as Float32Array };
        },
        dispose: () => session.release(),
      };
    }

    const hadWorkers = "Worker" in globalThis;
    const first = await operator("Relu", [{ name: "x", shape: [1], values: Float32Array.of(1) }], {
      name: "y",
      shape: [1],
    });
    await first.dispose();
    // Its loader leaves Node's workers behind as a global, which jax-js takes for a page's.
    if (!hadWorkers) Reflect.deleteProperty(globalThis, "Worker");

    return {
      matmul(problem) {
        const { leftTransposed = false, rightTransposed = false } = problem;
        const shapes = shapesOf(problem);
        const inputs = [
          { name: "left", shape: shapes.left, values: problem.left },
          { name: "right", shape: shapes.right, values: problem.right },
        ];
        const output = { name: "product", shape: shapes.product };
        return leftTransposed || rightTransposed
          ? operator("Gemm", inputs, output, { transA: Number(leftTransposed), transB: Number(rightTransposed) })
          : operator("MatMul", inputs, output);
      },
      attention({ batch, heads, length, size, query, key, value }) {
        const shape = [batch, heads, length, size];
        const inputs = [
          { name: "query", shape, values: query },
          { name: "key", shape, values: key },
          { name: "value", shape, values: value },
        ];
        // Of its own accord it divides scores by √size.
        return operator("Attention", inputs, { name: "output", shape }, {}, 23);
      },
      recurrence(problem) {
        const { name, input, constants, output, attributes } = recurrentOperator(problem);
        return operator(name, [input], output, attributes, 14, constants);
      },
      convolution({ batch, channels, size, filters, kernel, padding, groups, images, weight }) {
        const rows = size + 2 * padding - kernel + 1;
        const inputs = [
          { name: "images", shape: [batch, channels, size, size], values: images },
          { name: "weight", shape: [filters, channels / groups, kernel, kernel], values: weight },
        ];
        const output = { name: "maps", shape: [batch, filters, rows, rows] };
        return operator("Conv", inputs, output, { group: groups, pads: [padding, padding, padding, padding] });
      },
      elementwise({ function: name, rows, columns, x, y }) {
        const operators = { relu: "Relu", add: "Add", exp: "Exp", tanh: "Tanh", softmax: "Softmax", sum: "ReduceSum" };
        const shape = [rows, columns];
        const inputs = [{ name: "x", shape, values: x }, ...(name === "add" ? [{ name: "y", shape, values: y }] : [])];
        return name === "sum"
          ? operator(operators[name], inputs, { name: "result", shape: [] }, { keepdims: 0 })
          : operator(operators[name], inputs, { name: "result", shape });
      },
      add({ left, right }) {
        const shape = [left.length];
        const inputs = [
          { name: "left", shape, values: left },
          { name: "right", shape, values: right },
        ];
        return operator("Add", inputs, { name: "sum", shape });
      },

      async sentenceVectors(problem) {
        const { sentenceEncoderModel } = await import("./onnx-sentence-encoder.ts");
        const session = await ort.InferenceSession.create(sentenceEncoderModel(problem), {
          executionProviders: ["wasm"],
        });
        const tokens = new ort.Tensor("int64", BigInt64Array.from(problem.tokens, BigInt), [
          problem.batch,
          problem.time,
        ]);
        return {
          run: async () => void (await session.run({ tokens })),
          async outputs(): Promise<Outputs> {
            const { vectors } = await session.run({ tokens });
            return { vectors: (vectors?.data ?? []) as Float32Array };
          },
          dispose: () => session.release(),
        };
      },

      async network(problem) {
        const { networkModel } = await import("./onnx-network.ts");
        const session = await ort.InferenceSession.create(networkModel(problem), { executionProviders: ["wasm"] });
        const images = new ort.Tensor("float32", problem.images, [...problem.shape]);
        return {
          run: async () => void (await session.run({ images })),
          async outputs(): Promise<Outputs> {
            const results = await session.run({ images });
            return { logits: (Object.values(results)[0]?.data ?? []) as Float32Array };
          },
          dispose: () => session.release(),
        };
      },

      coldStart(problem) {
        const ports = ["left", "right"].map((name) => ({ name, shape: [2, 2] }));
        const model = oneOperatorModel("MatMul", ports, { name: "product", shape: [2, 2] });
        return processOf("onnxruntime-web", problem, Buffer.from(model).toString("base64"));
      },
    };
  },
};
