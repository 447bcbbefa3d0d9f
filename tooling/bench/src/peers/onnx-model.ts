import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** A named f32 tensor at the border of a graph. */
export interface Port {
  readonly name: string;
  readonly shape: readonly number[];
}

/** An operator's settings: whole numbers, or lists of them. */
export type Attributes = Readonly<Record<string, number | readonly number[]>>;

/** The bytes of an ONNX model that is one operator. Field numbers are those of onnx.proto, IR version 8. */
export function oneOperatorModel(
  operator: string,
  inputs: readonly Port[],
  output: Port,
  attributes: Attributes = {},
  opset = 13,
): Uint8Array {
  return message((model) => {
    model.tag(1, WireType.Varint).int64(8); // ir_version
    field(model, 7, (graph) => {
      field(graph, 1, (node) => {
        for (const { name } of inputs) text(node, 1, name);
        text(node, 2, output.name);
        text(node, 4, operator);
        for (const [name, value] of Object.entries(attributes)) {
          field(node, 5, (attribute) => writeAttribute(attribute, name, value));
        }
      });
      text(graph, 2, operator); // the graph's name
      for (const input of inputs) field(graph, 11, (info) => writePort(info, input));
      field(graph, 12, (info) => writePort(info, output));
    });
    field(model, 8, (imported) => imported.tag(2, WireType.Varint).int64(opset));
  });
}

function writeAttribute(attribute: BinaryWriter, name: string, value: number | readonly number[]): void {
  text(attribute, 1, name);
  const isOne = typeof value === "number";
  for (const each of isOne ? [value] : value) attribute.tag(isOne ? 3 : 8, WireType.Varint).int64(each); // i, ints
  attribute.tag(20, WireType.Varint).int32(isOne ? 2 : 7); // type INT, INTS
}

function writePort(info: BinaryWriter, { name, shape }: Port): void {
  text(info, 1, name);
  field(info, 2, (type) =>
    field(type, 1, (tensorType) => {
      tensorType.tag(1, WireType.Varint).int32(1); // elem_type FLOAT
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
