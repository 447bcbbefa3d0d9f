import { type Call, type Given, type Program, withoutFrom } from "./program.ts";

/** Simpler programs: without a call, without what a call takes from another, in plain layouts, smaller, rounder. */
export function* simpler(program: Program): Generator<Program> {
  for (let at = 0; at < program.length; at++) if (program.length > 1) yield without(program, at);
  for (const [at, call] of program.entries()) {
    for (const one of simplerCalls(call)) yield program.with(at, one);
  }
}

/** The calls but one, of which nothing can be taken any more. */
function without(program: Program, at: number): Program {
  return program.toSpliced(at, 1).map((call) => ({
    ...call,
    inputs: call.inputs.map(({ from, ...given }) => {
      if (from === undefined || from[0] === at) return given;
      return { ...given, from: [from[0] > at ? from[0] - 1 : from[0], from[1]] as const };
    }),
  }));
}

function plainFrom(call: Call): Call {
  return { ...call, inputs: call.inputs.map(withoutFrom) };
}

function* simplerCalls(call: Call): Generator<Call> {
  const withInputs = (inputs: readonly Given[]): Call => ({ ...call, inputs });
  if (call.inputs.some(({ from }) => from !== undefined)) yield plainFrom(call);
  if (call.inputs.some(({ layout }) => layout !== "contiguous")) {
    yield withInputs(call.inputs.map((given) => ({ ...given, layout: "contiguous" })));
  }
  const sizes = [...new Set(call.inputs.flatMap(({ shape }) => shape))]
    .filter((size) => size > 1)
    .sort((a, b) => b - a);
  for (const size of sizes) {
    for (const less of new Set([1, 2, Math.floor(size / 2), size - 1])) {
      if (less >= size) continue;
      const shapes = call.inputs.map((given) => ({
        ...given,
        shape: given.shape.map((one) => (one === size ? less : one)),
      }));
      yield { ...call, inputs: shapes };
      yield { ...call, inputs: shapes, attributes: withSize(call.attributes, size, less) };
    }
  }
  for (const [at, given] of call.inputs.entries()) {
    for (const [axis, size] of given.shape.entries()) {
      if (size > 1) yield withInputs(call.inputs.with(at, { ...given, shape: given.shape.with(axis, 1) }));
    }
    if (given.layout !== "contiguous") yield withInputs(call.inputs.with(at, { ...given, layout: "contiguous" }));
    if (given.elements.length > 1) {
      yield withInputs(call.inputs.with(at, { ...given, elements: given.elements.slice(0, 1) }));
      yield withInputs(
        call.inputs.with(at, { ...given, elements: given.elements.slice(0, Math.ceil(given.elements.length / 2)) }),
      );
    }
    const round = given.elements.map((value) => Math.round(value));
    if (round.some((value, i) => !Object.is(value, given.elements[i])))
      yield withInputs(call.inputs.with(at, { ...given, elements: round }));
  }
}

function withSize(value: unknown, size: number, less: number): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => (one === size ? less : withSize(one, size, less)));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withSize(field, size, less)]));
}
