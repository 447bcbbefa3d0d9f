import { borrowValues } from "../create/convert.ts";
import { type Call, type Handler, withHandler } from "../dispatch/handler.ts";
import type { AnyTensor } from "../dispatch/results.ts";
import { type Evidence, NonFiniteError } from "../errors/index.ts";
import { DTYPES } from "../types/dtype.ts";
import { assertFunction } from "../arguments/checks.ts";

/**
 * Runs `f` and stops at the first op that makes a NaN or an infinity, naming it, what it was given, and where in the
 * result the first one stands. Every result is looked at: for finding a fault, not for every day. Gradients taken inside
 * `f` are looked at too.
 *
 * @example trapNonFinite(() => backward(model, () => loss(model.forward(x), y)));
 * @throws NonFiniteError
 */
export function trapNonFinite<R>(f: () => R): R {
  assertFunction("trapNonFinite", "f", f);
  return withHandler(trap, f);
}

const trap: Handler = {
  name: "trapNonFinite",
  handle(call, next) {
    const results = next();
    const { op, inputs } = call;
    // What an update wrote: the caller's own, which stay.
    const written = op.kind === "update" ? op.writes.map((name) => [name, inputs[name]] as const) : [];
    for (const [name, tensor] of [...Object.entries(results), ...written]) {
      if (tensor === undefined || DTYPES[tensor.dtype].kind !== "float") continue;
      const at = firstNonFinite(tensor);
      if (at < 0) continue;
      const error = nonFinite(call, name, tensor, at);
      for (const result of Object.values(results)) result.dispose();
      throw error;
    }
    return results;
  },
};

function firstNonFinite(x: AnyTensor): number {
  return borrowValues(x, (values) => values.findIndex((value) => !Number.isFinite(value)));
}

function nonFinite({ op, inputs }: Call, name: string, result: AnyTensor, at: number): NonFiniteError {
  const came: Record<string, Evidence> = {};
  let isTainted = false;
  for (const input in inputs) {
    const tensor = inputs[input];
    if (tensor === undefined || tensor === result) continue;
    came[input] = `[${tensor.shape.join(", ")}] ${extent(tensor)}`;
    isTainted ||= firstNonFinite(tensor) >= 0;
  }
  const value = borrowValues(result, (values) => values[at]);
  const [verb, which] = op.kind === "update" ? ["wrote", name] : ["made", name === "y" ? "result" : name];
  return new NonFiniteError(
    op.name,
    { ...came, [which]: result.shape, position: at, value },
    `${verb} ${value} out of ${isTainted ? "input that holds such values already" : "finite numbers"}`,
    "look at the range of what it was given: a logarithm or division of 0, an exponential that overflows, a rate too high",
  );
}

/** The range of a tensor's elements, for the message. */
function extent(x: AnyTensor): string {
  if (x.size === 0) return "empty";
  return borrowValues(x, (values) => {
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return `from ${low} to ${high}`;
  });
}
