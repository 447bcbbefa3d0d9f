import {
  type AnyOp,
  type AnyTensor,
  apply,
  applyUpdate,
  type Call,
  data,
  type DType,
  type Handler,
  scope,
  withHandler,
} from "@unfoldjs/tensor-core";
import { placeInputs } from "./inputs.ts";
import { contiguous } from "./layouts.ts";
import type { ByName, OpCase, Row } from "./op-case.ts";
import type { Exact } from "./reference/exact.ts";

/** What a tensor was when a call was made. */
export interface Noted {
  readonly exact: Exact;
  readonly dtype: DType;
}

/** A call of an op by a case, with all that it takes to make it again. */
export interface NotedCall {
  readonly op: AnyOp;
  readonly inputs: ByName<Noted>;
  readonly attributes: unknown;
  /** All that it can give, or for an update what it wrote; undefined if it was refused. */
  readonly results: ByName<Noted> | undefined;
}

/** The calls of an op that a row's call comes down to. Cases call public functions; the record is what is called here. */
export function callsOf(op: string, opCase: OpCase, row: Row): NotedCall[] {
  const calls: NotedCall[] = [];
  const noting: Handler = {
    name: "noting",
    handle(call, next) {
      if (call.op.name !== op) return next();
      for (const name in call.op.results) if (!call.requested.includes(name)) call.requested.push(name);
      const { attributes } = call;
      const at = calls.push({ op: call.op, inputs: noteAll(call.inputs), attributes, results: undefined }) - 1;
      const results = next();
      const given = call.op.kind === "update" ? written(call) : results;
      calls[at] = { ...(calls[at] as NotedCall), results: noteAll(given) };
      return results;
    },
  };
  scope(() => {
    const inputs = placeInputs(opCase, row).map(({ tensor }) => tensor);
    try {
      withHandler(noting, () => void opCase.call(inputs, row.attributes));
    } catch (error) {
      if (!("throws" in row)) throw error;
    }
  });
  return calls;
}

/** Makes a call again by its record alone. The caller owns the tensors that come back: results, or what was written. */
export function callDirectly({ op, attributes }: NotedCall, inputs: ByName<AnyTensor>): ByName<AnyTensor> {
  if (op.kind === "update") {
    applyUpdate(op as never, inputs as never, attributes as never);
    return Object.fromEntries(Object.entries(inputs).filter(([name]) => op.writes.includes(name)));
  }
  const answer: unknown = apply(op as never, inputs as never, attributes as never, Object.keys(op.results) as never);
  return (op.kind === "view" || op.isSingle ? { y: answer } : answer) as ByName<AnyTensor>;
}

/** What a call gives for other inputs. */
export function evaluate(call: NotedCall, inputs: ByName<Noted>): ByName<Noted> {
  return scope(() => noteAll(callDirectly(call, placeAll(inputs))));
}

/** Contiguous tensors of what was noted. */
export function placeAll(inputs: ByName<Noted>): ByName<AnyTensor> {
  return mapped(inputs, ({ exact, dtype }) => contiguous.place(exact, dtype).tensor);
}

export function mapped<A, B>(record: ByName<A>, f: (value: A, name: string) => B): ByName<B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value, name)]));
}

function written({ op, inputs }: Call): Call["inputs"] {
  return Object.fromEntries(
    Object.entries(inputs).filter(([name]) => op.kind === "update" && op.writes.includes(name)),
  );
}

function noteAll(tensors: Call["inputs"]): ByName<Noted> {
  const present = Object.entries(tensors).filter((entry): entry is [string, AnyTensor] => entry[1] !== undefined);
  return mapped(Object.fromEntries(present), (tensor) => ({
    dtype: tensor.dtype,
    exact: { shape: tensor.shape, values: Array.from(data(tensor)) },
  }));
}
