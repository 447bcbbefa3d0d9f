import { Builder, type Offset } from "flatbuffers";

/** An f32 tensor of a graph, or i32 where its values are; with values it is a constant of the model. */
export interface TfliteTensor {
  readonly shape: readonly number[];
  readonly values?: Float32Array | Int32Array;
}

/** An operator's code and options. Codes and field numbers are those of tflite's schema.fbs, version 3. */
export interface Operator {
  readonly code: number;
  /** number of the options' table in the union BuiltinOptions */
  readonly options?: number;
  /** by number of the field; what is not given has the schema's default */
  readonly fields?: readonly Field[];
}

type Field = readonly [number: number, type: "byte" | "int" | "float", value: number];

// Padding SAME, strides of 1.
const PLACEMENT: readonly Field[] = [
  [0, "byte", 0],
  [1, "int", 1],
  [2, "int", 1],
];

type OperatorName =
  | "add"
  | "conv2d"
  | "depthwiseConv2d"
  | "fullyConnected"
  | "relu"
  | "softmax"
  | "tanh"
  | "exp"
  | "sum";

/** The operators that the bench asks for. */
export const operators: Readonly<Record<OperatorName, Operator>> = {
  add: { code: 0, options: 11 },
  conv2d: { code: 3, options: 1, fields: PLACEMENT },
  // As many filters as channels: a depth multiplier of 1.
  depthwiseConv2d: { code: 4, options: 2, fields: [...PLACEMENT, [3, "int", 1]] },
  fullyConnected: { code: 9, options: 8 },
  relu: { code: 19 },
  softmax: { code: 25, options: 9, fields: [[0, "float", 1]] }, // beta
  tanh: { code: 28 },
  exp: { code: 47 },
  sum: { code: 74, options: 27 },
};

export function batchMatMul(leftTransposed: boolean, rightTransposed: boolean): Operator {
  const fields: readonly Field[] = [
    [0, "byte", Number(leftTransposed)],
    [1, "byte", Number(rightTransposed)],
  ];
  return { code: 126, options: 101, fields };
}

/** An operator of a graph, and the places of what it takes and gives in the list of tensors. */
export interface TfliteOperation {
  readonly operator: Operator;
  readonly inputs: readonly number[];
  readonly output: number;
}

/** The bytes of a TensorFlow Lite model that is one operator. */
export function oneOperatorTflite(
  operator: Operator,
  inputs: readonly TfliteTensor[],
  output: TfliteTensor,
): Uint8Array {
  const given = [...inputs.keys()].filter((i) => inputs[i]?.values === undefined);
  const operation = { operator, inputs: [...inputs.keys()], output: inputs.length };
  return graphTflite([...inputs, output], [operation], given, inputs.length);
}

/**
 * The bytes of a TensorFlow Lite model of several operators, in an order in which they can run.
 * @param given places of the tensors that are fed @param result place of the one that comes out
 */
export function graphTflite(
  tensors: readonly TfliteTensor[],
  operations: readonly TfliteOperation[],
  given: readonly number[],
  result: number,
): Uint8Array {
  const bytes = tensors.reduce((sum, { values }) => sum + (values?.byteLength ?? 0) + 256, 0);
  const builder = new Builder(1024 + bytes);
  // Buffer 0 is empty by convention: the tensors without values refer to it.
  const buffers = [table(builder, []), ...tensors.flatMap(({ values }) => (values ? [bufferOf(builder, values)] : []))];
  let constants = 0;
  const tensorTables = tensors.map(({ shape, values }, i) => {
    const dimensions = intVector(builder, shape);
    const name = builder.createString(`tensor${i}`);
    return table(builder, [
      [0, "offset", dimensions],
      [1, "byte", values instanceof Int32Array ? 2 : 0], // INT32 or FLOAT32
      [2, "int", values ? ++constants : 0],
      [3, "offset", name],
      [8, "byte", 1], // has_rank
    ]);
  });
  const codes = [...new Set(operations.map(({ operator: { code } }) => code))];
  const operatorTables = operations.map(({ operator: { code, options, fields = [] }, inputs, output }) => {
    const operands = intVector(builder, inputs);
    const results = intVector(builder, [output]);
    const optionsTable = options === undefined ? undefined : table(builder, fields);
    return table(builder, [
      [0, "int", codes.indexOf(code)],
      [1, "offset", operands],
      [2, "offset", results],
      ...(optionsTable === undefined ? [] : [[3, "byte", options ?? 0] as const, [4, "offset", optionsTable] as const]),
    ]);
  });
  const [tensorList, inputList, outputList, operatorList] = [
    offsetVector(builder, tensorTables),
    intVector(builder, given),
    intVector(builder, [result]),
    offsetVector(builder, operatorTables),
  ];
  const subgraph = table(builder, [
    [0, "offset", tensorList],
    [1, "offset", inputList],
    [2, "offset", outputList],
    [3, "offset", operatorList],
  ]);
  const codeTables = codes.map((code) =>
    table(builder, [
      [0, "byte", Math.min(code, 127)], // where codes stood before there were more than a byte holds
      [2, "int", 1], // version
      [3, "int", code],
    ]),
  );
  const [codeList, subgraphList, bufferList] = [codeTables, [subgraph], buffers].map((list) =>
    offsetVector(builder, list),
  );
  const model = table(builder, [
    [0, "int", 3], // the schema's version
    [1, "offset", codeList ?? 0],
    [2, "offset", subgraphList ?? 0],
    [4, "offset", bufferList ?? 0],
  ]);
  builder.finish(model, "TFL3");
  return builder.asUint8Array();
}

function bufferOf(builder: Builder, values: Float32Array | Int32Array): Offset {
  // The schema wants the data aligned to 16 bytes.
  builder.prep(16, values.byteLength);
  const data = builder.createByteVector(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return table(builder, [[0, "offset", data]]);
}

type Entry = Field | readonly [number: number, type: "offset", value: Offset];

function table(builder: Builder, entries: readonly Entry[]): Offset {
  builder.startObject(Math.max(-1, ...entries.map(([number]) => number)) + 1);
  for (const [number, type, value] of entries) {
    if (type === "offset") builder.addFieldOffset(number, value, 0);
    else if (type === "byte") builder.addFieldInt8(number, value, null);
    else if (type === "int") builder.addFieldInt32(number, value, null);
    else builder.addFieldFloat32(number, value, null);
  }
  return builder.endObject();
}

function intVector(builder: Builder, values: readonly number[]): Offset {
  builder.startVector(4, values.length, 4);
  for (const value of values.toReversed()) builder.addInt32(value);
  return builder.endVector();
}

function offsetVector(builder: Builder, values: readonly Offset[]): Offset {
  builder.startVector(4, values.length, 4);
  for (const value of values.toReversed()) builder.addOffset(value);
  return builder.endVector();
}
