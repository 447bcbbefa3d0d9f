import * as ort from "onnxruntime-web";

ort.env.wasm.numThreads = 1;
// Its third argument is a model with one product: the library has no functions of its own.
const [left, right] = process.argv
  .slice(2, 4)
  .map((list) => new ort.Tensor("float32", Float32Array.from(list.split(","), Number), [2, 2]));
const session = await ort.InferenceSession.create(Buffer.from(process.argv[4], "base64"), {
  executionProviders: ["wasm"],
});
const { product } = await session.run({ left, right });
console.log(product.data.join());
