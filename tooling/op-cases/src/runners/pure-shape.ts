import { type AnyTensor, IndexError, scope, ValueError } from "@unfoldjs/tensor-core";
import { callsOf, mapped, type Noted, type NotedCall, placeAll } from "../noted-calls.ts";
import type { ByName, ErrorRow, OpCase, Row } from "../op-case.ts";

/**
 * Asks an op's record for shapes and dtypes with stand-ins that have no elements: it must not need any, give what the call
 * gave, and give the same however the inputs lie.
 * @returns what is wrong, in words
 */
export function checkPureShape(op: string, opCase: OpCase, row: Row): string[] {
  return callsOf(op, opCase, row).flatMap((call) => {
    if (call.op.kind === "update" || call.results === undefined) return [];
    const wanted = mapped(call.results, ({ exact: { shape }, dtype }) => `[${shape.join(", ")}] ${dtype}`);
    const ways = opCase.contiguousOnly.length > 0 ? [rowMajor] : [rowMajor, columnMajor];
    return ways.flatMap((stridesOf) => {
      try {
        const answers = answersOf(
          call,
          mapped(call.inputs, (input) => standIn(input, stridesOf)),
        );
        return Object.entries(wanted).flatMap(([name, due]) =>
          answers[name] === due ? [] : [`${name} is ${answers[name]} without elements, ${due} with them`],
        );
      } catch (error) {
        return [(error as Error).message];
      }
    });
  });
}

/**
 * Checks that a row whose elements are refused is refused by the record's `check`, and not by its shape rule.
 * @returns what is wrong, in words
 */
export function checkValueError(op: string, opCase: OpCase, row: ErrorRow): string[] {
  const call = callsOf(op, opCase, row).at(-1);
  if (call?.op.kind !== "kernel") return [`${op} is never called`];
  const { check, shape } = call.op;
  try {
    shape(mapped(call.inputs, (input) => standIn(input, rowMajor)) as never, call.attributes as never);
  } catch (error) {
    return [`the shape rule refuses elements: ${(error as Error).message}`];
  }
  return scope(() => {
    try {
      check?.(placeAll(call.inputs) as never, call.attributes as never);
      return ["check lets it pass"];
    } catch (error) {
      return error instanceof row.throws ? [] : [`check throws ${(error as Error).name}, wanted ${row.throws.name}`];
    }
  });
}

/** True for a row that reaches an op which looks at elements, and is refused for what they are. */
export function isAboutElements(op: string, opCase: OpCase, row: ErrorRow): boolean {
  if (row.throws !== IndexError && row.throws !== ValueError) return false;
  const call = callsOf(op, opCase, row).at(-1);
  return call?.op.kind === "kernel" && call.op.check !== undefined;
}

/** Shape and dtype of each result, as the record says them. */
function answersOf({ op, attributes }: NotedCall, inputs: ByName<AnyTensor>): ByName<string> {
  const spell = (shape: unknown, dtype: unknown): string => `[${(shape as number[]).join(", ")}] ${String(dtype)}`;
  const first = Object.values(inputs)[0]?.dtype;
  if (op.kind === "view") return { y: spell(op.view(inputs as never, attributes as never).shape, first) };
  if (op.kind === "update") return {};
  const shapes = op.shape(inputs as never, attributes as never);
  const dtypes = op.dtype?.(inputs as never, attributes as never);
  if (op.isSingle) return { y: spell(shapes, dtypes ?? first) };
  return mapped(shapes as ByName<unknown>, (shape, name) =>
    spell(shape, (dtypes as ByName<unknown> | undefined)?.[name] ?? first),
  );
}

type StridesOf = (shape: readonly number[]) => number[];

function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

function columnMajor(shape: readonly number[]): number[] {
  return rowMajor(shape.toReversed()).toReversed();
}

/** A tensor as far as it can be known without its memory; whoever asks for more is told so. */
function standIn({ exact: { shape }, dtype }: Noted, stridesOf: StridesOf): AnyTensor {
  const strides = stridesOf(shape);
  const known: Readonly<Record<string, unknown>> = {
    shape,
    dtype,
    strides,
    offset: 0,
    rank: shape.length,
    size: shape.reduce((product, size) => product * size, 1),
    isContiguous: stridesOf === rowMajor,
  };
  return new Proxy(known, {
    get(_, name) {
      if (typeof name === "string" && name in known) return known[name];
      throw new Error(`it asks a tensor for its ${String(name)}`);
    },
  }) as never;
}
