import type { NamedArray, SentenceVectorsProblem } from "../work.ts";
import { type Attributes, type Constant, graphModel, type Operation } from "./onnx-model.ts";

/**
 * The ONNX model of a sentence encoder with these weights, in the operators that PyTorch's exporter writes of transformers' BERT
 * (products and sums apart, GELU by Erf): ONNX Runtime has its fusions for those. Its tokens are `tokens` (batch, time), i64.
 */
export function sentenceEncoderModel(problem: SentenceVectorsProblem): Uint8Array {
  const { batch, time, hidden, heads, layers, parameters } = problem;
  const size = hidden / heads;
  const constants: Constant[] = [];
  const operations: Operation[] = [];
  const weights = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  let count = 0;

  const constant = (name: string, shape: readonly number[], values: Constant["values"]): string => {
    constants.push({ name, shape, values, dtype: values instanceof Float32Array ? "f32" : "i64" });
    return name;
  };
  const number = (name: string, value: number): string => constant(name, [], Float32Array.of(value));
  const numbers = (name: string, values: readonly number[]): string =>
    constant(name, [values.length], BigInt64Array.from(values, BigInt));
  const apply = (operator: string, inputs: readonly string[], attributes: Attributes = {}): string => {
    const output = `${operator}${++count}`;
    operations.push({ operator, inputs, output, attributes });
    return output;
  };
  const weight = (name: string): NamedArray => {
    const found = weights.get(name);
    if (found === undefined) throw new RangeError(`the problem has no ${name}`);
    return found;
  };
  const given = (name: string): string => constant(name, weight(name).shape, weight(name).values);
  const dense = (x: string, name: string): string => {
    const { shape, values } = weight(`${name}.weight`);
    const [outputs = 0, inputs = 0] = shape;
    const turned = Float32Array.from(
      values,
      (_, at) => values[(at % outputs) * inputs + Math.floor(at / outputs)] ?? NaN,
    );
    const product = apply("MatMul", [x, constant(`${name}.weight`, [inputs, outputs], turned)]);
    return apply("Add", [product, given(`${name}.bias`)]);
  };
  const norm = (x: string, name: string): string =>
    apply("LayerNormalization", [x, given(`${name}.weight`), given(`${name}.bias`)], {
      axis: -1,
      epsilon: { float: 1e-12 },
    });

  const byHead = numbers("by head", [batch, time, heads, size]);
  const side = numbers("side by side", [batch, time, hidden]);
  const [root, root2] = [number("root of the size", Math.sqrt(size)), number("root of 2", Math.SQRT2)];
  const [one, half] = [number("one", 1), number("half", 0.5)];
  const places = weight("embeddings.position_embeddings.weight").values.slice(0, time * hidden);
  const kind = weight("embeddings.token_type_embeddings.weight").values.slice(0, hidden);
  const words = apply("Gather", [given("embeddings.word_embeddings.weight"), "tokens"]);
  const typed = apply("Add", [words, constant("kind", [hidden], kind)]);
  let x = norm(apply("Add", [typed, constant("places", [time, hidden], places)]), "embeddings.LayerNorm");
  for (let layer = 0; layer < layers; layer++) {
    const name = `encoder.layer.${layer}`;
    const heading = (which: string, perm: readonly number[]): string =>
      apply("Transpose", [apply("Reshape", [dense(x, `${name}.attention.self.${which}`), byHead])], { perm });
    const [query, key] = [heading("query", [0, 2, 1, 3]), heading("key", [0, 2, 3, 1])];
    const value = heading("value", [0, 2, 1, 3]);
    const scores = apply("Div", [apply("MatMul", [query, key]), root]);
    const context = apply("MatMul", [apply("Softmax", [scores], { axis: -1 }), value]);
    const merged = apply("Reshape", [apply("Transpose", [context], { perm: [0, 2, 1, 3] }), side]);
    const seen = norm(
      apply("Add", [dense(merged, `${name}.attention.output.dense`), x]),
      `${name}.attention.output.LayerNorm`,
    );
    const inner = dense(seen, `${name}.intermediate.dense`);
    const error = apply("Add", [apply("Erf", [apply("Div", [inner, root2])]), one]);
    const active = apply("Mul", [apply("Mul", [inner, error]), half]);
    x = norm(apply("Add", [dense(active, `${name}.output.dense`), seen]), `${name}.output.LayerNorm`);
  }
  const sum = apply("ReduceSum", [x, numbers("time", [1])], { keepdims: 0 });
  const squares = apply("ReduceSum", [apply("Mul", [sum, sum]), numbers("features", [1])], { keepdims: 1 });
  operations.push({ operator: "Div", inputs: [sum, apply("Sqrt", [squares])], output: "vectors" });
  const tokens = { name: "tokens", shape: [batch, time], dtype: "i64" } as const;
  return graphModel(
    { inputs: [tokens], output: { name: "vectors", shape: [batch, hidden] }, constants, operations },
    17,
  );
}
