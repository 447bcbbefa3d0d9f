import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** A named tensor at the border of a graph; f32 unless it says otherwise. */
export interface Port {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype?: "f32" | "i64";
}

/** An operand that is part of the model, so that the runtime can lay it out before the first run. */
export interface Constant extends Port {
  readonly values: Float32Array | BigInt64Array;
}

/** What an operator takes one after the other: at a constant's place its values. */
type Operand = Port | Constant;

/** An operator's settings: whole numbers, lists of them, or what says that it is no whole number. */
export type Attributes = Readonly<Record<string, number | readonly number[] | { readonly float: number }>>;

/** An operator of a graph, and the names of what it takes and gives. */
export interface Operation {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Attributes;
}

/** A model of several operators, in an order in which they can run. */
interface Graph {
  readonly inputs: readonly Port[];
  readonly output: Port;
  readonly constants?: readonly Constant[];
  readonly operations: readonly Operation[];
}

const DTYPES = { f32: 1, i64: 7 };

/** The bytes of an ONNX model that is one operator. */
export function oneOperatorModel(
  operator: string,
  operands: readonly Operand[],
  output: Port,
  attributes: Attributes = {},
  opset = 13,
): Uint8Array {
  const operation = { operator, inputs: operands.map(({ name }) => name), output: output.name, attributes };
  const isConstant = (operand: Operand): operand is Constant => "values" in operand;
  const inputs = operands.filter((operand) => !isConstant(operand));
  return graphModel({ inputs, output, constants: operands.filter(isConstant), operations: [operation] }, opset);
}

/** The bytes of an ONNX model. Field numbers are those of onnx.proto, IR version 8. */
export function graphModel({ inputs, output, constants = [], operations }: Graph, opset: number): Uint8Array {
  return message((model) => {
    model.tag(1, WireType.Varint).int64(8); // ir_version
    field(model, 7, (graph) => {
      for (const operation of operations) field(graph, 1, (node) => writeNode(node, operation));
      text(graph, 2, output.name); // the graph's name
      for (const constant of constants) field(graph, 5, (tensor) => writeConstant(tensor, constant));
      for (const input of inputs) field(graph, 11, (info) => writePort(info, input));
      field(graph, 12, (info) => writePort(info, output));
    });
    field(model, 8, (imported) => imported.tag(2, WireType.Varint).int64(opset));
  });
}

function writeNode(node: BinaryWriter, { operator, inputs, output, attributes = {} }: Operation): void {
  for (const name of inputs) text(node, 1, name);
  text(node, 2, output);
  text(node, 4, operator);
  for (const [name, value] of Object.entries(attributes)) {
    field(node, 5, (attribute) => writeAttribute(attribute, name, value));
  }
}

function writeAttribute(attribute: BinaryWriter, name: string, value: Attributes[string]): void {
  text(attribute, 1, name);
  if (typeof value === "object" && "float" in value) {
    attribute.tag(2, WireType.Bit32).float(value.float); // f
    attribute.tag(20, WireType.Varint).int32(1); // type FLOAT
    return;
  }
  const isOne = typeof value === "number";
  for (const each of isOne ? [value] : value) attribute.tag(isOne ? 3 : 8, WireType.Varint).int64(each); // i, ints
  attribute.tag(20, WireType.Varint).int32(isOne ? 2 : 7); // type INT, INTS
}

function writeConstant(tensor: BinaryWriter, { name, shape, dtype = "f32", values }: Constant): void {
  for (const size of shape) tensor.tag(1, WireType.Varint).int64(size);
  tensor.tag(2, WireType.Varint).int32(DTYPES[dtype]);
  text(tensor, 8, name);
  tensor.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function writePort(info: BinaryWriter, { name, shape, dtype = "f32" }: Port): void {
  text(info, 1, name);
  field(info, 2, (type) =>
    field(type, 1, (tensorType) => {
      tensorType.tag(1, WireType.Varint).int32(DTYPES[dtype]); // elem_type
      field(tensorType, 2, (dimensions) => {
        for (const size of shape) field(dimensions, 1, (dimension) => dimension.tag(1, WireType.Varint).int64(size));
      });
    }),
  );
}

function message(fill: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  fill(writer);
  return writer.finish();
}

function field(writer: BinaryWriter, number: number, fill: (writer: BinaryWriter) => void): void {
  writer.tag(number, WireType.LengthDelimited).fork();
  fill(writer);
  writer.join();
}

function text(writer: BinaryWriter, number: number, value: string): void {
  writer.tag(number, WireType.LengthDelimited).string(value);
}
