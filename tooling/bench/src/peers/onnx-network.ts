import type { NetworkOperation, NetworkProblem } from "../network-problems.ts";
import { type Constant, graphModel, type Operation } from "./onnx-model.ts";

/** The ONNX model of a network with these weights, which takes `images` and gives `logits`. The runtime fuses what it can. */
export function networkModel({ shape, operations, parameters }: NetworkProblem): Uint8Array {
  const constants: Constant[] = parameters.map(({ name, shape: own, values }) => ({ name, shape: own, values }));
  if (operations.some((operation) => operation.kind === "rectifier" && operation.most !== undefined)) {
    for (const [name, value] of Object.entries({ zero: 0, six: 6 })) {
      constants.push({ name, shape: [], values: Float32Array.of(value) });
    }
  }
  const all = operations.flatMap(written);
  const last = operations.at(-1);
  const logits = { name: last?.output ?? "", shape: last?.shape ?? [] };
  return graphModel({ inputs: [{ name: "images", shape }], output: logits, constants, operations: all }, 13);
}

function written(operation: NetworkOperation): Operation[] {
  const { output } = operation;
  switch (operation.kind) {
    case "convolution": {
      const { input, weight, bias, stride, padding, groups } = operation;
      const attributes = { strides: stride, pads: padding, group: groups };
      return [{ operator: "Conv", inputs: [input, weight, ...(bias === undefined ? [] : [bias])], output, attributes }];
    }
    case "rectifier":
      return operation.most === undefined
        ? [{ operator: "Relu", inputs: [operation.input], output }]
        : [{ operator: "Clip", inputs: [operation.input, "zero", "six"], output }];
    case "maxPool":
    case "avgPool": {
      const { kind, input, kernel, stride, padding } = operation;
      const attributes = { kernel_shape: kernel, strides: stride, pads: padding };
      return kind === "maxPool"
        ? [{ operator: "MaxPool", inputs: [input], output, attributes }]
        : [{ operator: "AveragePool", inputs: [input], output, attributes: { ...attributes, count_include_pad: 1 } }];
    }
    case "means":
      return [
        { operator: "GlobalAveragePool", inputs: [operation.input], output: `${output}.maps` },
        { operator: "Flatten", inputs: [`${output}.maps`], output },
      ];
    case "dense":
      return [
        {
          operator: "Gemm",
          inputs: [operation.input, operation.weight, operation.bias],
          output,
          attributes: { transB: 1 },
        },
      ];
    case "add":
      return [{ operator: "Add", inputs: operation.inputs, output }];
    case "concat":
      return [{ operator: "Concat", inputs: operation.inputs, output, attributes: { axis: 1 } }];
    default: // "norm"
      throw new Error("a network in use has no batch norm of its own");
  }
}
